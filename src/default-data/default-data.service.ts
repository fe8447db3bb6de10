import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';

import { PasswordsService } from '../auth/passwords.service.js';
import type { Actor } from '../common/actor.js';
import type { GroupId, SessionId, UserId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { GroupsService } from '../groups/groups.service.js';
import { NewGroupsService } from '../groups/new-groups.service.js';
import { MembersService } from '../groups/members.service.js';
import { MessagesService } from '../messages/messages.service.js';
import { UsersService, type NewUser } from '../users/users.service.js';

/** The login that a development server prints. */
export const demoLogin = { username: 'TestUser', password: 'pass1234' } as const;

const welcome = {
  name: 'Welcome',
  description: 'A place to try things',
  text: 'Welcome to Confab! Say something, and everyone in this channel sees it at once.',
} as const;

/**
 * What a newcomer finds on a development server: a bot, a user to log in as, and a channel with both in it. Each step
 * is made only if it is missing, so a start that was interrupted is completed by the next, and nothing is doubled.
 */
@Injectable()
export class DefaultDataService implements OnApplicationBootstrap {
  private readonly logger = new Logger(DefaultDataService.name);

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly users: UsersService,
    private readonly passwords: PasswordsService,
    private readonly groups: GroupsService,
    private readonly newGroups: NewGroupsService,
    private readonly members: MembersService,
    private readonly messages: MessagesService,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.settings.DEFAULT_DATA) return;
    const bot = await this.ensureUser({ username: 'WelcomeBot', email: null, passwordHash: null, isBot: true });
    const testUser = await this.ensureUser({
      username: demoLogin.username,
      email: 'testuser@example.org',
      passwordHash: await this.passwords.hash(demoLogin.password),
    });
    const groupId = await this.ensureChannel(bot);
    await this.members.join(testUser, groupId);
    // The same id each time: a repeated send gives the first message back.
    await this.messages.send(bot, groupId, { content: welcome.text, clientMessageId: 'default-data-welcome' });
    this.logger.log({ groupId }, 'default data is there');
  }

  private async ensureUser(user: NewUser): Promise<Actor> {
    const record = (await this.users.findByUsername(user.username)) ?? (await this.users.create(user));
    return { userId: record._id, sessionId: 'default-data' as SessionId, role: record.role };
  }

  private async ensureChannel(owner: Actor & { userId: UserId }): Promise<GroupId> {
    const { name, description } = welcome;
    try {
      return (await this.groups.getByName(owner, name)).id as GroupId;
    } catch (error) {
      if (!(error instanceof Problem && error.code === 'not_found')) throw error;
      return (await this.newGroups.create(owner, { kind: 'channel', name, description })).id as GroupId;
    }
  }
}
