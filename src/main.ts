/**
 * The entry: what starts here is in program.ts. An older Node could not load that, and would only say where it
 * stumbled; so this file is plain, and imports nothing before it has looked.
 */
const neededMajor = 24;
const { node: version } = process.versions;

const isOld = Number(version.split('.')[0]) < neededMajor;
if (isOld) {
  process.stderr.write(
    `Confab cannot start: it needs Node ${String(neededMajor)}, and this is ${version}. npm install brings it along, for npm start; or install Node ${String(neededMajor)}.\n`,
  );
  process.exitCode = 1;
} else {
  import('./program.js').catch((error: unknown) => {
    const words = unloadable(error as NodeJS.ErrnoException);
    if (words === null) throw error;
    process.stderr.write(`Confab cannot start: ${words}\n`);
    process.exitCode = 1;
  });
}

/** What could not be loaded, and what to do; `null` for a fault of ours. */
function unloadable({ code, message }: NodeJS.ErrnoException): string | null {
  const [reason = ''] = message.split('\n');
  if (code === 'ERR_MODULE_NOT_FOUND') return `something is missing (${reason}). Run npm install, and then npm start.`;
  // Sharp has a code for it only sometimes.
  if (code !== 'ERR_DLOPEN_FAILED' && !message.startsWith('Could not load the "sharp"')) return null;
  return `a package does not work on this machine (${reason}). Run npm install on it; if that does not help, use the Docker image.`;
}

export {};
