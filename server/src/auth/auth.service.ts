import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, LessThan } from 'typeorm';
import { secretsEqual, sha256Hex } from '../common/sha256.js';
import { AppConfig } from '../config/app-config.js';
import { DbWriter } from '../database/db-writer.js';
import { SessionEntity } from './session.entity.js';

export const SESSION_COOKIE = 'boilarr_session';
export const SESSION_MS = 30 * 24 * 3600 * 1000;

/** Failed sign-ins in a row from everywhere together, after which all wait a little. */
const FREE_FAILURES = 5;
const LONGEST_WAIT_MS = 60_000;

/** API key and sessions. */
@Injectable()
export class AuthService {
  private failures = 0;
  private blockedUntil = 0;

  constructor(
    private readonly config: AppConfig,
    private readonly dataSource: DataSource,
    private readonly writer: DbWriter,
  ) {}

  isApiKey(candidate: string): boolean {
    return secretsEqual(candidate, this.config.apiKey);
  }

  /** @returns ms until the next try is heard, 0 for now */
  waitMs(): number {
    return Math.max(0, this.blockedUntil - Date.now());
  }

  /**
   * Exchanges the API key for a session.
   * @returns the cookie's value, or null when the key is wrong
   */
  async signIn(apiKey: string): Promise<string | null> {
    if (!this.isApiKey(apiKey)) {
      this.failures += 1;
      if (this.failures >= FREE_FAILURES) {
        this.blockedUntil =
          Date.now() + Math.min(LONGEST_WAIT_MS, 1000 * 2 ** (this.failures - FREE_FAILURES));
      }
      return null;
    }
    this.failures = 0;
    const cookie = randomBytes(32).toString('base64url');
    const now = Date.now();
    await this.writer.write((manager) =>
      manager.insert(SessionEntity, {
        idHash: sha256Hex(cookie),
        createdAt: now,
        expiresAt: now + SESSION_MS,
      }),
    );
    return cookie;
  }

  async isSession(cookie: string): Promise<boolean> {
    const session = await this.dataSource.manager.findOneBy(SessionEntity, { idHash: sha256Hex(cookie) });
    return session !== null && session.expiresAt > Date.now();
  }

  async signOut(cookie: string): Promise<void> {
    await this.writer.write((manager) => manager.delete(SessionEntity, { idHash: sha256Hex(cookie) }));
  }

  async forgetExpired(): Promise<void> {
    await this.writer.write((manager) => manager.delete(SessionEntity, { expiresAt: LessThan(Date.now()) }));
  }
}
