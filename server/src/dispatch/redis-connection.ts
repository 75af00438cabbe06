/** Where Redis is; known before the Nest application starts. `url` may hold a secret. */
export class RedisConnection {
  constructor(readonly url: string) {}

  /** host and port alone */
  get address(): string {
    return new URL(this.url).host;
  }
}
