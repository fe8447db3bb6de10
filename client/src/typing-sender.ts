/** The server forgets after 5 s who is typing; so it is told again before that, and not with every key. */
const repeatMs = 3000;

/** @returns whether it could be sent */
export type SendTyping = (groupId: string, isTyping: boolean) => boolean;

/** Tells the server that I am typing, as often as it needs to know. */
export class TypingSender {
  private readonly sentAt = new Map<string, number>();

  constructor(
    private readonly send: SendTyping,
    private readonly now: () => number = Date.now,
  ) {}

  set(groupId: string, isTyping: boolean): void {
    const sentAt = this.sentAt.get(groupId);
    if (isTyping && sentAt !== undefined && this.now() - sentAt < repeatMs) return;
    if (!isTyping && sentAt === undefined) return;
    if (!this.send(groupId, isTyping)) return;
    if (isTyping) this.sentAt.set(groupId, this.now());
    else this.sentAt.delete(groupId);
  }

  /** A message ends typing, without being told. */
  noteMessage(groupId: string): void {
    this.sentAt.delete(groupId);
  }
}
