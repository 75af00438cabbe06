// Exits with 0 when what listens at a port of this container answers, for Docker's HEALTHCHECK.
import { get } from 'node:http';
import process from 'node:process';

const [port] = process.argv.slice(2);
process.exitCode = 1;
get({ host: '127.0.0.1', port, path: '/ping', timeout: 4000 }, (response) => {
  if (response.statusCode === 200) process.exitCode = 0;
  response.resume();
})
  .on('timeout', () => process.exit())
  .on('error', () => process.exit());
