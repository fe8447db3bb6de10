/**
 * The few parts of an ELF file that say which versioned symbols of which libraries it needs.
 *
 * Field layouts are those of the System V ABI (64-bit, little-endian: the only kind the engine is built for) and, for
 * the symbol versions, of the Linux Standard Base, "Symbol Versioning", 10.7. All offsets are bytes from the file's start.
 */

/** A version of a library that the file cannot be loaded without, unless it is weak: one `Vernaux` record. */
export interface NeededVersion {
  /** The library's file name, such as `libc.so.6`. */
  readonly library: string;
  /** Such as `GLIBC_2.38`. */
  readonly name: string;
  /** By which symbols refer to it. */
  readonly index: number;
  /** A weak version that the library lacks is passed over by the loader; one that is not weak stops it. */
  readonly weak: boolean;
  readonly recordOffset: number;
}

/** A symbol that another library is to provide. */
export interface ImportedSymbol {
  readonly name: string;
  /** The index of its `NeededVersion`; 0 and 1 stand for none. */
  readonly versionIndex: number;
  readonly recordOffset: number;
  readonly versionOffset: number;
}

const SECTION_DYNSYM = 11;
const SECTION_VERNEED = 0x6ffffffe;
const SECTION_VERSYM = 0x6fffffff;
const SYMBOL_BYTES = 24;
const FLAG_WEAK = 2;
/** The top bit of a symbol's version index says "hidden" and is not part of the index. */
const VERSION_INDEX_MASK = 0x7fff;

const MACHINES = new Map([
  [62, 'x64'],
  [183, 'arm64'],
]);

interface Section {
  readonly type: number;
  readonly offset: number;
  readonly bytes: number;
  readonly link: number;
}

/** Reads and edits, in memory, what an ELF file imports. No edit changes the length or moves anything. */
export class ElfFile {
  readonly #bytes: Buffer;
  readonly #symbols: Section;
  readonly #strings: Section;
  readonly #symbolVersions: Section;
  readonly #neededVersions: Section;

  /** As Node names it in `process.arch`. */
  readonly arch: string;

  /**
   * @param bytes The whole file; edits are made in this buffer.
   * @throws Error when it is not a 64-bit little-endian ELF file of a known machine with versioned imports.
   */
  constructor(bytes: Buffer) {
    if (bytes.length < 64 || bytes.toString('latin1', 0, 6) !== '\x7fELF\x02\x01') {
      throw new Error('not a 64-bit little-endian ELF file');
    }
    const arch = MACHINES.get(bytes.readUInt16LE(18));
    if (arch === undefined) throw new Error(`unknown ELF machine ${String(bytes.readUInt16LE(18))}`);
    const sections = readSections(bytes);
    this.arch = arch;
    this.#bytes = bytes;
    this.#symbols = requireSection(sections, SECTION_DYNSYM);
    this.#symbolVersions = requireSection(sections, SECTION_VERSYM);
    this.#neededVersions = requireSection(sections, SECTION_VERNEED);
    const strings = sections[this.#symbols.link];
    if (strings === undefined) throw new Error('ELF file without a dynamic string table');
    this.#strings = strings;
  }

  /** Every version of every library that the file needs, in file order. */
  neededVersions(): NeededVersion[] {
    const versions: NeededVersion[] = [];
    let libraryOffset = this.#neededVersions.offset;
    for (;;) {
      const library = this.#string(this.#bytes.readUInt32LE(libraryOffset + 4));
      let recordOffset = libraryOffset + this.#bytes.readUInt32LE(libraryOffset + 8);
      for (let left = this.#bytes.readUInt16LE(libraryOffset + 2); left > 0; left--) {
        versions.push({
          library,
          name: this.#string(this.#bytes.readUInt32LE(recordOffset + 8)),
          index: this.#bytes.readUInt16LE(recordOffset + 6) & VERSION_INDEX_MASK,
          weak: (this.#bytes.readUInt16LE(recordOffset + 4) & FLAG_WEAK) !== 0,
          recordOffset,
        });
        recordOffset += this.#bytes.readUInt32LE(recordOffset + 12);
      }
      const toNextLibrary = this.#bytes.readUInt32LE(libraryOffset + 12);
      if (toNextLibrary === 0) return versions;
      libraryOffset += toNextLibrary;
    }
  }

  /** Every symbol that the file imports, in file order. */
  importedSymbols(): ImportedSymbol[] {
    const symbols: ImportedSymbol[] = [];
    for (let index = 1; index < this.#symbols.bytes / SYMBOL_BYTES; index++) {
      const recordOffset = this.#symbols.offset + index * SYMBOL_BYTES;
      const definedInSection = this.#bytes.readUInt16LE(recordOffset + 6);
      if (definedInSection !== 0) continue;
      const versionOffset = this.#symbolVersions.offset + index * 2;
      symbols.push({
        name: this.#string(this.#bytes.readUInt32LE(recordOffset)),
        versionIndex: this.#bytes.readUInt16LE(versionOffset) & VERSION_INDEX_MASK,
        recordOffset,
        versionOffset,
      });
    }
    return symbols;
  }

  /** Lets the file load where the library lacks this version; symbols must not be bound to it any more. */
  makeWeak(version: NeededVersion): void {
    const flagsOffset = version.recordOffset + 4;
    this.#bytes.writeUInt16LE(this.#bytes.readUInt16LE(flagsOffset) | FLAG_WEAK, flagsOffset);
  }

  /**
   * Binds an imported symbol to another name and version. Imported symbols are in no hash table, so nothing else refers to them by name.
   *
   * @param name The end of the old name, or of its length: there is no room for a longer string.
   * @throws Error when the name does not fit.
   */
  rebind(symbol: ImportedSymbol, name: string, version: NeededVersion): void {
    const nameOffset = this.#bytes.readUInt32LE(symbol.recordOffset);
    if (symbol.name.endsWith(name)) {
      // The linker may let a short name share the end of a long one. Pointing at the end leaves the string whole for the others.
      this.#bytes.writeUInt32LE(nameOffset + symbol.name.length - name.length, symbol.recordOffset);
    } else if (name.length === symbol.name.length) {
      this.#bytes.write(name, this.#strings.offset + nameOffset, 'latin1');
    } else {
      throw new Error(`${name} does not fit in the place of ${symbol.name}`);
    }
    this.#bytes.writeUInt16LE(version.index, symbol.versionOffset);
  }

  #string(offset: number): string {
    const start = this.#strings.offset + offset;
    return this.#bytes.toString('latin1', start, this.#bytes.indexOf(0, start));
  }
}

function readSections(bytes: Buffer): Section[] {
  const tableOffset = Number(bytes.readBigUInt64LE(40));
  const recordBytes = bytes.readUInt16LE(58);
  const count = bytes.readUInt16LE(60);
  return Array.from({ length: count }, (_, index) => {
    const record = tableOffset + index * recordBytes;
    return {
      type: bytes.readUInt32LE(record + 4),
      offset: Number(bytes.readBigUInt64LE(record + 24)),
      bytes: Number(bytes.readBigUInt64LE(record + 32)),
      link: bytes.readUInt32LE(record + 40),
    };
  });
}

function requireSection(sections: Section[], type: number): Section {
  const section = sections.find((candidate) => candidate.type === type);
  if (section === undefined) throw new Error(`ELF file without a section of type 0x${type.toString(16)}`);
  return section;
}
