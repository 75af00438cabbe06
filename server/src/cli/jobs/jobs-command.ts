import path from 'node:path';
import {
  addJobResponse,
  job,
  jobDetail,
  library,
  MAX_PAGE_SIZE,
  pageOf,
  reviewManyResponse,
  type AddJobResponse,
  type Job,
  type ReviewManyResponse,
} from '#contracts';
import { z } from 'zod';
import type { Environment } from '../../config/environment.js';
import type { JobsAction, JobsArguments } from './jobs-arguments.js';
import { addedText, detailText, doneText, listText } from './jobs-text.js';
import { ServerConnection, ServerRefusal } from './server-connection.js';

/** Jobs decided in one request; see the contract. */
const BATCH = 500;

export type JobsOptions = JobsArguments & {
  configDirectory: string;
  environment: Environment;
  signal: AbortSignal;
  out: (text: string) => void;
  complain: (text: string) => void;
};

type Results = ReviewManyResponse['results'];

/**
 * Asks the running server about jobs, or tells it what to do with them.
 * @returns the exit code: 0, or 1 when one of several jobs was refused
 * @throws Error with a sentence when the server does not answer, or refuses the whole request
 */
export async function jobsCommand(options: JobsOptions): Promise<number> {
  const { configDirectory, environment, signal, json, out } = options;
  const server = await ServerConnection.open(configDirectory, environment, signal);
  const print = (value: unknown, text: () => string) => {
    out(json ? JSON.stringify(value, null, 2) : text());
  };
  switch (options.action) {
    case 'list': {
      const { records, totalRecords } = await list(server, options);
      print({ totalRecords, records }, () => listText(records, totalRecords));
      return 0;
    }
    case 'show': {
      const detail = await server.get(`jobs/${options.id}`, jobDetail);
      print(detail, () => detailText(detail));
      return 0;
    }
    case 'add':
      return add(server, options);
    case 'rerun': {
      const body = options.from === undefined ? {} : { fromStep: options.from };
      const row = await server.post(`jobs/${options.id}/rerun`, body, job);
      print(row, () => doneText('rerun', { id: row.id, state: row.state }));
      return 0;
    }
    default: {
      const results = await decide(server, options);
      if (json) out(JSON.stringify({ results }, null, 2));
      else
        for (const { id, done, state, message } of results) {
          if (done) out(doneText(options.action, { id, state }));
          else options.complain(message ?? `job ${id} was refused`);
        }
      return results.every(({ done }) => done) ? 0 : 1;
    }
  }
}

/** One after the other: each may have to be probed. What is wrong with one keeps none of the others from it. */
async function add(
  server: ServerConnection,
  { files, force, json, out, complain }: JobsOptions & Extract<JobsAction, { action: 'add' }>,
): Promise<number> {
  const results: ({ path: string; message: string | null } & Partial<AddJobResponse>)[] = [];
  for (const name of files) {
    const file = path.resolve(name);
    try {
      const answer = await server.post('jobs', { path: file, force }, addJobResponse);
      results.push({ path: file, ...answer, message: answer.reason?.message ?? null });
      if (!json) (answer.job === null ? complain : out)(addedText(file, answer));
    } catch (error) {
      if (!(error instanceof ServerRefusal)) throw error;
      results.push({ path: file, job: null, message: error.message });
      if (!json) complain(`${file}: ${error.message}`);
    }
  }
  if (json) out(JSON.stringify({ results }, null, 2));
  return results.every(({ job: row }) => row != null) ? 0 : 1;
}

/** Page by page, in the queue's order. */
async function list(
  server: ServerConnection,
  { states, library: wanted, limit }: Extract<JobsAction, { action: 'list' }>,
): Promise<{ records: Job[]; totalRecords: number }> {
  const query = new URLSearchParams();
  if (states.length > 0) query.set('state', states.join(','));
  if (wanted !== undefined) query.set('libraryId', String(await libraryId(server, wanted)));
  const pageSize = Math.min(limit, MAX_PAGE_SIZE);
  query.set('pageSize', String(pageSize));
  const records: Job[] = [];
  for (let page = 1; ; page += 1) {
    query.set('page', String(page));
    const answer = await server.get(`jobs?${query.toString()}`, pageOf(job));
    records.push(...answer.records.slice(0, limit - records.length));
    if (records.length >= limit || answer.records.length < pageSize)
      return { records, totalRecords: answer.totalRecords };
  }
}

async function libraryId(server: ServerConnection, wanted: string): Promise<number> {
  const libraries = await server.get('libraries', z.array(library));
  const found =
    libraries.find(({ name }) => name === wanted) ?? libraries.find(({ id }) => String(id) === wanted);
  if (found !== undefined) return found.id;
  const names = libraries.map(({ id, name }) => `${id} ${name}`).join(', ');
  throw new Error(`there is no library ${wanted}; there are: ${names === '' ? 'none' : names}`);
}

async function decide(
  server: ServerConnection,
  options: Extract<JobsAction, { ids: number[] }>,
): Promise<Results> {
  if (options.action === 'cancel') return cancel(server, options.ids);
  const results: Results = [];
  for (let at = 0; at < options.ids.length; at += BATCH) {
    const ids = options.ids.slice(at, at + BATCH);
    const reason = options.action === 'reject' ? options.reason : undefined;
    const body = reason === undefined ? { ids } : { ids, reason };
    results.push(...(await server.post(`jobs/${options.action}`, body, reviewManyResponse)).results);
  }
  return results;
}

async function cancel(server: ServerConnection, ids: readonly number[]): Promise<Results> {
  const results: Results = [];
  for (const id of ids) {
    try {
      const { state } = await server.post(`jobs/${id}/cancel`, {}, job);
      results.push({ id, done: true, state, message: null });
    } catch (error) {
      if (!(error instanceof ServerRefusal)) throw error;
      results.push({ id, done: false, state: null, message: error.message });
    }
  }
  return results;
}
