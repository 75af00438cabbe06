import { existsSync, globSync } from 'node:fs';
import path from 'node:path';
import { DOMParser, type Element } from '@xmldom/xmldom';
import { describe, expect, it } from 'vitest';
import { read, ROOT } from './dockerfile.js';
import { server } from './product.js';
import { expectToFit } from './start.js';

describe.each(globSync('docker/unraid/*.xml', { cwd: ROOT }))('%s', async (file) => {
  const xml = await read(file);
  const container = new DOMParser({
    onError: (level, message) => {
      throw new Error(`${level}: ${message}`);
    },
  }).parseFromString(xml, 'text/xml').documentElement!;
  const text = (name: string) => container.getElementsByTagName(name).item(0)?.textContent ?? '';
  const configs: Element[] = [...container.getElementsByTagName('Config')];
  const ofType = (type: string) => configs.filter((config) => config.getAttribute('Type') === type);
  const targets = (type: string) => ofType(type).map((config) => config.getAttribute('Target') ?? '');

  it('starts what its image knows', () => {
    expectToFit({
      image: text('Repository'),
      variables: targets('Variable'),
      ports: targets('Port'),
      mounts: ofType('Path').map((config) => ({
        target: config.getAttribute('Target') ?? '',
        readOnly: config.getAttribute('Mode') === 'ro',
      })),
    });
  });

  it('is a template of the second version with every attribute, and secrets masked', () => {
    expect(container.getAttribute('version')).toBe('2');
    // An empty device would be handed to Docker as one without a name.
    expect(targets('Device')).toEqual([]);
    for (const config of configs) {
      expect([...config.attributes].map(({ name }) => name)).toEqual([
        ...['Name', 'Target', 'Default', 'Mode', 'Description', 'Type', 'Display', 'Required', 'Mask'],
      ]);
      const target = config.getAttribute('Target') ?? '';
      expect(config.getAttribute('Mask')).toBe(String(/TOKEN|KEY|PASSWORD/.test(target)));
    }
  });

  it('names its own address, an icon that is there, and the page at a published port', () => {
    const inProject = (url: string) =>
      /^https:\/\/raw\.githubusercontent\.com\/boilarr\/boilarr\/main\/(.+)$/.exec(url)?.[1];
    expect(inProject(text('TemplateURL'))).toBe(file);
    expect(existsSync(path.join(ROOT, inProject(text('Icon')) ?? 'missing'))).toBe(true);
    const page = /\[PORT:(\d+)\]/.exec(text('WebUI'))?.[1];
    if (text('Repository').startsWith(`${server.name}:`)) expect(targets('Port')).toContain(page);
    else expect(page).toBeUndefined();
  });
});
