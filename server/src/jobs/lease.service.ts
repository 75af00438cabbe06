import { randomBytes } from 'node:crypto';
import {
  BadRequestException,
  ConflictException,
  Inject,
  Injectable,
  Logger,
  NotFoundException,
} from '@nestjs/common';
import {
  isFinal,
  type Assignment,
  type ChildrenRequest,
  type DeliverRequest,
  type FailRequest,
  type HeartbeatRequest,
  type HeartbeatResponse,
  type JobReport,
  type JobState,
  type Reason,
  type StepReport,
} from '#contracts';
import type { PipelineRegistry } from '#engine/pipeline/registry.js';
import { DataSource, In, type EntityManager } from 'typeorm';
import { sha256Hex } from '../common/sha256.js';
import { AppConfig } from '../config/app-config.js';
import { DbWriter } from '../database/db-writer.js';
import type { NodeEntity } from '../nodes/node.entity.js';
import { EventBus } from '../realtime/event-bus.js';
import { readAssignment } from './assignment.js';
import { AttemptEndings } from './attempt-endings.service.js';
import { assertClaimable, type ClaimGuard } from './claim-rules.js';
import { JobAttemptEntity } from './job-attempt.entity.js';
import { JobLogStore } from './job-log.store.js';
import { JobProgressStore } from './job-progress.store.js';
import { transition } from './job-transition.js';
import { JobEntity } from './job.entity.js';
import { JobsService } from './jobs.service.js';
import { HELD_STATES, LEASE_SECONDS } from './lease-terms.js';
import { PIPELINES } from './pipelines.token.js';
import { sameOutputs } from './same-outputs.js';
import { assertStaged } from './staging-area.js';
import { writeSteps } from './write-steps.js';

/** States in which a node's word counts: it works, or it is late and nobody else has begun. */
const AGENTS_STATES: readonly JobState[] = [...HELD_STATES, 'pending', 'queued'];

/** Who may work on a job, and what they report. Every call but the claim carries the lease's token. */
@Injectable()
export class LeaseService {
  private readonly logger = new Logger('Lease');
  private guard: ClaimGuard | null = null;

  constructor(
    private readonly dataSource: DataSource,
    private readonly writer: DbWriter,
    private readonly config: AppConfig,
    private readonly jobs: JobsService,
    private readonly endings: AttemptEndings,
    private readonly log: JobLogStore,
    private readonly progress: JobProgressStore,
    private readonly events: EventBus,
    @Inject(PIPELINES) private readonly pipelines: PipelineRegistry,
  ) {}

  /** Has every claim looked at before it is granted. */
  guardClaims(guard: ClaimGuard): void {
    this.guard = guard;
  }

  /**
   * Grants a lease on a job that lies in this node's queue.
   * @throws ConflictException when it is no longer this node's (taken back, cancelled, or claimed already), or when it
   *   would be of no use just now
   */
  async claim(node: NodeEntity, jobId: number, attempt: number): Promise<Assignment> {
    const leaseToken = randomBytes(12).toString('hex');
    const row = await this.dataSource.manager.findOneBy(JobEntity, { id: jobId });
    assertClaimable(row, node, jobId, attempt);
    await this.askGuard(row);
    const now = Date.now();
    const job = await this.writer.write(async (manager) => {
      assertClaimable(await manager.findOneBy(JobEntity, { id: jobId }), node, jobId, attempt);
      await manager.insert(JobAttemptEntity, {
        jobId,
        number: attempt,
        nodeId: node.id,
        nodeName: node.name,
        startedAt: now,
      });
      return transition(manager, jobId, 'claimed', {
        attempt,
        leaseHash: sha256Hex(leaseToken),
        leaseExpiresAt: now + LEASE_SECONDS * 1000,
        notBefore: null,
        reasonCode: null,
        reasonMessage: null,
      });
    });
    this.progress.alive(jobId);
    await this.log.note(jobId, `attempt ${attempt} of ${job.title} is claimed by ${node.name}`);
    void this.jobs.announce(jobId);
    return readAssignment(this.dataSource.manager, node, job, leaseToken);
  }

  /**
   * The job that a node works on, or was late with, for what it fetches and sends meanwhile.
   * @throws NotFoundException; ConflictException when the lease has gone to another, or the job is over
   */
  holding(jobId: number, leaseToken: string): Promise<JobEntity> {
    return this.held(this.dataSource.manager, jobId, leaseToken);
  }

  /** Renews the leases that a node says it holds, and tells which it holds no longer. */
  async heartbeat(
    node: NodeEntity,
    request: Pick<HeartbeatRequest, 'leases'>,
  ): Promise<HeartbeatResponse['revoked']> {
    if (request.leases.length === 0) return [];
    const rows = await this.dataSource.manager.findBy(JobEntity, {
      id: In(request.leases.map((lease) => lease.jobId)),
    });
    const byId = new Map(rows.map((row) => [row.id, row]));
    const revoked: HeartbeatResponse['revoked'] = [];
    const alive: number[] = [];
    for (const lease of request.leases) {
      const row = byId.get(lease.jobId);
      if (row === undefined || !this.holds(row, lease.leaseToken) || isFinal(row.state)) {
        revoked.push({ jobId: lease.jobId, state: row?.state ?? 'cancelled' });
        continue;
      }
      alive.push(row.id);
      if (lease.progress !== null) this.progress.set(row.id, lease.progress);
      if (lease.waits === true) this.progress.alive(row.id);
    }
    if (alive.length > 0) {
      await this.writer.write((manager) =>
        manager.update(
          JobEntity,
          { id: In(alive), state: In([...HELD_STATES]) },
          { leaseExpiresAt: Date.now() + LEASE_SECONDS * 1000 },
        ),
      );
    }
    return revoked;
  }

  /**
   * Takes down what has happened in a job. Said twice, it counts once, but for the log.
   * @throws NotFoundException; ConflictException as `holding` does, the log's lines being kept nevertheless where they are the newest lease's
   */
  async report(jobId: number, leaseToken: string, { steps, log }: JobReport): Promise<void> {
    try {
      if (steps.length > 0) await this.takeSteps(jobId, leaseToken, steps);
    } catch (error) {
      // Anything else is said again, and its lines with it.
      if (error instanceof ConflictException) await this.appendLog(jobId, leaseToken, log);
      throw error;
    }
    await this.appendLog(jobId, leaseToken, log);
  }

  /** The work is done and its files are staged: from here on the server works on it alone. */
  async deliver(jobId: number, leaseToken: string, delivery: DeliverRequest): Promise<void> {
    await assertStaged(delivery, this.config.workFolder, jobId).catch((error: unknown) => {
      throw new BadRequestException(error instanceof Error ? error.message : String(error));
    });
    await this.writer.write(async (manager) => {
      const row = await this.held(manager, jobId, leaseToken);
      await this.endings.comesLate(manager, row);
      await this.endings.endAttempt(manager, jobId, 'delivered', null);
      // All steps were done by an earlier attempt: this one had nothing to do but hand over.
      if (row.state === 'claimed') await transition(manager, jobId, 'running');
      await transition(manager, jobId, 'delivering', {
        delivery: { ...delivery, leaseToken },
        // What a person has approved is these bytes, not whatever another attempt makes.
        approvedAt: sameOutputs(row.delivery, delivery) ? row.approvedAt : null,
        leaseExpiresAt: null,
      });
    });
    this.progress.clear(jobId);
    await this.jobs.announce(jobId);
  }

  /** The job waits for children, and goes on with its next step when all of them have completed. */
  async yieldFor(jobId: number, leaseToken: string, request: ChildrenRequest): Promise<void> {
    for (const child of request.children) {
      if (this.pipelines.find(child.pipeline) === undefined) {
        throw new ConflictException(
          `child ${child.key} wants the pipeline ${child.pipeline}, which does not exist`,
        );
      }
    }
    await this.writer.write(async (manager) => {
      const row = await this.held(manager, jobId, leaseToken);
      await this.jobs.addChildren(manager, row, request.children);
      await this.jobs.recountChildren(manager, jobId);
      const maxAttempts = await this.endings.comesLate(manager, row);
      await this.endings.endAttempt(manager, jobId, 'yielded', null);
      // Yielding is no failed attempt, so that it must not use one up.
      await transition(manager, jobId, 'pending', {
        leaseHash: null,
        leaseExpiresAt: null,
        nodeId: null,
        maxAttempts: maxAttempts + 1,
      });
    });
    this.progress.clear(jobId);
    await this.jobs.announce(jobId);
  }

  async skip(jobId: number, leaseToken: string, reason: Reason): Promise<void> {
    await this.writer.write(async (manager) => {
      await this.held(manager, jobId, leaseToken);
      await this.endings.endSkipped(manager, jobId, reason);
    });
    this.afterEnd(jobId);
    await this.jobs.announce(jobId);
  }

  async fail(jobId: number, leaseToken: string, failure: FailRequest): Promise<void> {
    await this.writer.write(async (manager) => {
      await this.held(manager, jobId, leaseToken);
      await this.endings.endFailed(manager, jobId, failure.error, failure.retryable);
    });
    this.afterEnd(jobId);
    await this.jobs.announce(jobId);
  }

  /** A node gives a job back unharmed, because it shuts down. */
  async giveBack(jobId: number, leaseToken: string): Promise<void> {
    await this.writer.write(async (manager) => {
      const row = await this.held(manager, jobId, leaseToken);
      const maxAttempts = await this.endings.comesLate(manager, row);
      await this.endings.endAttempt(manager, jobId, 'given_back', null);
      await transition(manager, jobId, 'pending', {
        // Whoever gives a job back has nothing more to say of it.
        leaseHash: null,
        leaseExpiresAt: null,
        nodeId: null,
        maxAttempts: maxAttempts + 1,
      });
    });
    this.progress.clear(jobId);
    await this.jobs.announce(jobId);
  }

  private async takeSteps(jobId: number, leaseToken: string, reports: readonly StepReport[]): Promise<void> {
    const changed = await this.writer.write(async (manager) => {
      const row = await this.held(manager, jobId, leaseToken);
      await writeSteps(manager, row, reports);
      if (row.state !== 'claimed') return false;
      await transition(manager, jobId, 'running');
      return true;
    });
    this.progress.alive(jobId);
    if (changed) void this.jobs.announce(jobId);
  }

  private async appendLog(jobId: number, leaseToken: string, text: string): Promise<void> {
    if (text === '') return;
    const row = await this.dataSource.manager.findOneBy(JobEntity, { id: jobId });
    // The last lines may come after the job's end; the token still tells whose they are.
    if (row?.leaseHash !== sha256Hex(leaseToken)) return;
    await this.log.append(jobId, text);
  }

  /** @throws ConflictException when the job was put off or left alone instead */
  private async askGuard(job: JobEntity): Promise<void> {
    const verdict = await this.guard?.(job).catch((error: unknown) => {
      this.logger.warn(`job ${job.id} begins unchecked: ${String(error)}`);
      return null;
    });
    if (verdict == null) return;
    if (verdict.kind === 'deliver') return this.deliverAgain(job);
    const { kind, reason } = verdict;
    await this.log.note(job.id, `${kind === 'defer' ? 'put off' : 'left alone'}: ${reason.message}`);
    await this.writer.write(async (manager) => {
      const row = await manager.findOneBy(JobEntity, { id: job.id });
      if (row?.state !== 'queued' || row.epoch !== job.epoch) return;
      if (kind === 'defer') await this.endings.defer(manager, job.id, reason);
      else await this.endings.endSkipped(manager, job.id, reason);
    });
    this.afterEnd(job.id);
    await this.jobs.announce(job.id);
    throw new ConflictException(`job ${job.id} does not begin now: ${reason.message}`);
  }

  /** @throws ConflictException: there is nothing for the node to do */
  private async deliverAgain(job: JobEntity): Promise<never> {
    await this.writer.write(async (manager) => {
      const row = await manager.findOneBy(JobEntity, { id: job.id });
      if (row?.state !== 'queued' || row.epoch !== job.epoch) return;
      await transition(manager, job.id, 'delivering', { nodeId: null, notBefore: null });
    });
    await this.log.note(job.id, 'what was made for it is still here, and is taken over');
    await this.jobs.announce(job.id);
    throw new ConflictException(`job ${job.id} has been delivered already`);
  }

  private afterEnd(jobId: number): void {
    this.progress.clear(jobId);
    this.events.emit('changed', { resource: 'file' });
  }

  private holds(row: JobEntity, leaseToken: string): boolean {
    return row.leaseHash === sha256Hex(leaseToken);
  }

  /**
   * The job whose newest lease this is. A lease that ran out still counts while nobody else has been granted one.
   * @throws NotFoundException, ConflictException
   */
  private async held(manager: EntityManager, jobId: number, leaseToken: string): Promise<JobEntity> {
    const row = await manager.findOneBy(JobEntity, { id: jobId });
    if (row === null) throw new NotFoundException(`there is no job ${jobId}`);
    if (!this.holds(row, leaseToken))
      throw new ConflictException(`the lease on job ${jobId} has gone to another`);
    if (isFinal(row.state)) throw new ConflictException(`job ${jobId} has ended: ${row.state}`);
    if (!AGENTS_STATES.includes(row.state))
      throw new ConflictException(`job ${jobId} has been delivered, and is the server's now: ${row.state}`);
    return row;
  }
}
