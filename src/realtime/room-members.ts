/** Who is in which room; Socket.IO keeps the same for its own sockets. */
export class RoomMembers<Member> {
  private readonly members = new Map<string, Set<Member>>();
  private readonly nobody: ReadonlySet<Member> = new Set();

  add(room: string, member: Member): void {
    const present = this.members.get(room);
    if (present === undefined) this.members.set(room, new Set([member]));
    else present.add(member);
  }

  remove(room: string, member: Member): void {
    const present = this.members.get(room);
    present?.delete(member);
    if (present?.size === 0) this.members.delete(room);
  }

  names(): Iterable<string> {
    return this.members.keys();
  }

  in(room: string): ReadonlySet<Member> {
    return this.members.get(room) ?? this.nobody;
  }
}
