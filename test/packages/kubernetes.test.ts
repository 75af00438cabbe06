import { parseAllDocuments } from 'yaml';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { read } from './dockerfile.js';
import { node, server } from './product.js';
import { expectToFit } from './start.js';

describe('docker/kubernetes', async () => {
  const named = z.object({ name: z.string() });
  const probe = z.object({ httpGet: z.object({ path: z.literal('/ping'), port: z.string() }) });
  const container = z.object({
    image: z.string(),
    env: z.array(named),
    ports: z.array(named.extend({ containerPort: z.number() })),
    volumeMounts: z.array(named.extend({ mountPath: z.string(), readOnly: z.boolean().default(false) })),
    livenessProbe: probe,
    readinessProbe: probe,
    securityContext: z.object({ readOnlyRootFilesystem: z.literal(true) }),
  });
  const volume = named.extend({ persistentVolumeClaim: z.object({ claimName: z.string() }).optional() });
  const workload = z.object({
    kind: z.enum(['Deployment', 'StatefulSet']),
    spec: z.object({
      replicas: z.number(),
      serviceName: z.string().optional(),
      selector: z.object({ matchLabels: z.object({ app: z.string() }) }),
      template: z.object({
        metadata: z.object({ labels: z.object({ app: z.string() }) }),
        spec: z.object({
          // Or the service's address would be announced as BOILARR_PORT.
          enableServiceLinks: z.literal(false),
          securityContext: z.object({ runAsNonRoot: z.literal(true) }),
          containers: z.tuple([container]),
          volumes: z.array(volume),
        }),
      }),
      volumeClaimTemplates: z.array(z.object({ metadata: named })).default([]),
    }),
  });
  const anything = z.looseObject({ kind: z.string(), metadata: named });

  const documents = (
    await Promise.all(['server.yaml', 'nodes.yaml'].map((file) => read(`docker/kubernetes/${file}`)))
  )
    .flatMap((text) => parseAllDocuments(text))
    .map((document) => {
      expect('errors' in document && document.errors).toEqual([]);
      return anything.parse('toJS' in document ? document.toJS() : null);
    });
  const kinds = (kind: string) => documents.filter((document) => document.kind === kind);
  const workloads = documents.flatMap((document) => workload.safeParse(document).data ?? []);

  it('has the server once and nodes', () => {
    expect(workloads).toHaveLength(kinds('Deployment').length + kinds('StatefulSet').length);
    expect(workloads.map(({ spec }) => [spec.template.spec.containers[0].image, spec.replicas > 1])).toEqual([
      [`${server.name}:latest`, false],
      [`${node.name}:latest`, true],
    ]);
  });

  it.each(workloads)('starts $spec.template.metadata.labels.app with what its image knows', ({ spec }) => {
    const { containers, volumes } = spec.template.spec;
    const [{ image, env, ports, volumeMounts, livenessProbe, readinessProbe }] = containers;
    expectToFit({
      image,
      variables: env.map(({ name }) => name),
      ports: ports.map(({ containerPort }) => String(containerPort)),
      mounts: volumeMounts.map(({ mountPath, readOnly }) => ({ target: mountPath, readOnly })),
    });
    expect(spec.template.metadata.labels).toEqual(spec.selector.matchLabels);
    const portNames = ports.map(({ name }) => name);
    for (const { httpGet } of [livenessProbe, readinessProbe]) expect(portNames).toContain(httpGet.port);
    const claims = kinds('PersistentVolumeClaim').map(({ metadata }) => metadata.name);
    const there = [...volumes, ...spec.volumeClaimTemplates.map(({ metadata }) => metadata)];
    expect(there.map(({ name }) => name).sort()).toEqual(volumeMounts.map(({ name }) => name).sort());
    for (const { persistentVolumeClaim: claim } of volumes) {
      if (claim !== undefined) expect(claims).toContain(claim.claimName);
    }
  });

  it('reaches the server at the ports of its image, and claims volumes that are there', () => {
    const service = z.object({
      spec: z.object({
        selector: z.object({ app: z.string() }),
        ports: z.array(named.extend({ port: z.number(), targetPort: z.string() })).optional(),
      }),
    });
    for (const document of kinds('Service')) {
      const { selector, ports = [] } = service.parse(document).spec;
      const target = workloads.find(({ spec }) => spec.template.metadata.labels.app === selector.app)!;
      const of = target.spec.template.spec.containers[0].ports;
      for (const { port, targetPort } of ports) {
        expect(of).toContainEqual({ name: targetPort, containerPort: port });
      }
      if (target.kind === 'StatefulSet') expect(target.spec.serviceName).toBe(document.metadata.name);
    }
    const volumeNames = kinds('PersistentVolume').map(({ metadata }) => metadata.name);
    const bound = kinds('PersistentVolumeClaim').flatMap(
      (claim) => z.looseObject({ volumeName: z.string() }).safeParse(claim['spec']).data?.volumeName ?? [],
    );
    expect(bound).toEqual(volumeNames);
  });
});
