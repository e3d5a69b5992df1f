// The manifests alone: what they promise of safety, that names and ports agree, and that the network policies are
// exactly the edges which the programs' settings name.
'use strict';
const assert = require('node:assert');
const {test} = require('node:test');
const {ROOT, SERVICES, PROGRAMS, render, podName, containerOf, environmentOf, readYaml} = require('./manifests');
const fs = require('node:fs');
const path = require('node:path');

const base = render('base');
const workloads = [...base.ofKind('Deployment'), ...base.ofKind('Job')];
const deployment = (program) => base.find('Deployment', podName(program));
const environment = (program) => environmentOf(base, containerOf(deployment(program)));
const portOf = (listen) => Number(listen.split(':').at(-1));
const NAME = 'app.kubernetes.io/name';

test('everything is there once, in the namespace', () => {
  const keys = base.objects.map(({kind, metadata}) => `${kind}/${metadata.name}`);
  assert.equal(new Set(keys).size, keys.length);
  for (const {kind, metadata} of base.objects) assert.ok(kind === 'Namespace' || metadata.namespace === 'laurel', metadata.name);
  assert.equal(base.ofKind('Deployment').length, 5);
  assert.equal(base.ofKind('Job').length, 4);
  assert.deepEqual(base.ofKind('ServiceAccount').map(({automountServiceAccountToken: token}) => token), Array(5).fill(false));
  assert.deepEqual(base.ofKind('Secret'), [], 'secrets are not for a repository');
});

for (const workload of workloads) {
  test(`${workload.metadata.name}: may do as little as possible`, () => {
    const pod = workload.spec.template.spec;
    const container = containerOf(workload);
    assert.equal(pod.automountServiceAccountToken, false);
    assert.ok(base.find('ServiceAccount', pod.serviceAccountName));
    assert.equal(pod.securityContext.runAsNonRoot, true);
    assert.ok(pod.securityContext.runAsUser >= 10000);
    assert.equal(pod.securityContext.fsGroup, pod.securityContext.runAsGroup);
    assert.equal(pod.securityContext.seccompProfile.type, 'RuntimeDefault');
    assert.deepEqual(container.securityContext,
        {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: ['ALL']}});
    assert.ok(container.resources.requests.cpu && container.resources.requests.memory && container.resources.limits.memory);
    assert.match(container.image, /^laurel:.+/);
    for (const {secret} of pod.volumes) assert.ok(!secret || secret.defaultMode === 0o440);
    for (const mount of container.volumeMounts) assert.equal(mount.readOnly, true);
    // What the metadata says is what the pod template says, or selectors would miss it.
    for (const [label, value] of Object.entries(workload.metadata.labels)) {
      assert.equal(workload.spec.template.metadata.labels[label], value);
    }
  });
}

for (const program of PROGRAMS) {
  test(`${program}: ports, probes and drain agree with its settings`, () => {
    const prefix = `LAUREL_${program.toUpperCase()}_`;
    const settings = environment(program);
    const container = containerOf(deployment(program));
    const pod = deployment(program).spec.template.spec;
    const ports = Object.fromEntries(container.ports.map(({name, containerPort}) => [name, containerPort]));
    const main = program === 'gateway' ? 'http' : 'grpc';
    const wanted = {[main]: portOf(settings[`${prefix}LISTEN`]), metrics: portOf(settings[`${prefix}METRICS_LISTEN`])};
    if (program !== 'gateway') wanted.health = portOf(settings[`${prefix}HEALTH_LISTEN`]);
    assert.deepEqual(ports, wanted);
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
      if (program === 'gateway') assert.equal(container[probe].httpGet.port, 'http');
      else assert.deepEqual(container[probe].grpc, {port: ports.health, ...(probe === 'livenessProbe' && {service: 'liveness'})});
    }
    // Time to be noticed and to drain, and some to close batches and pools.
    const drainSeconds = settings[`${prefix}DRAIN_NOTICE_MS`] / 1000 + Number(settings[`${prefix}DRAIN_SECONDS`]);
    assert.ok(pod.terminationGracePeriodSeconds >= drainSeconds + 10);
    const {periodSeconds, failureThreshold} = container.readinessProbe;
    assert.ok(settings[`${prefix}DRAIN_NOTICE_MS`] >= periodSeconds * failureThreshold * 1000, 'gone from the endpoints before it closes');
    // Services name the container's ports and select its pods.
    const services = [[podName(program), main], [`${program}-metrics`, 'metrics']];
    for (const [name, port] of services) {
      const {spec} = base.find('Service', name);
      assert.deepEqual(spec.selector, {[NAME]: podName(program)});
      assert.deepEqual(spec.ports.map(({name: portName, port: number, targetPort}) => [portName, number, targetPort]), [[port, ports[port], port]]);
      if (name !== 'gateway') assert.equal(spec.clusterIP, 'None');
    }
    const budget = base.find('PodDisruptionBudget', podName(program)).spec;
    assert.deepEqual(budget.selector.matchLabels, deployment(program).spec.selector.matchLabels);
    assert.ok(deployment(program).spec.replicas >= 2);
  });
}

// Who calls whom, from the settings: targets and subscribers.
function edgesOfSettings() {
  const edges = new Map();
  for (const program of PROGRAMS) {
    for (const [name, value] of Object.entries(environment(program))) {
      const targets = name.endsWith('_TARGET') ? [value]
        : name.endsWith('_SUBSCRIBERS') ? value.split(';').map((entry) => entry.slice(entry.indexOf('=') + 1)) : [];
      for (const target of targets) {
        const [host, port] = target.split(':');
        assert.equal(base.find('Service', host).spec.ports[0].port, Number(port), `${name}: ${target}`);
        edges.set(`${program}-to-${host.replace(/-svc$/, '')}`, {from: podName(program), to: host, port: Number(port)});
      }
    }
  }
  return edges;
}

test('one network policy per edge, and none besides', () => {
  const edges = edgesOfSettings();
  assert.equal(edges.size, 12);
  const policies = new Map(base.ofKind('NetworkPolicy').map(({metadata, spec}) => [metadata.name, spec]));
  assert.deepEqual(policies.get('default-deny'), {podSelector: {}, policyTypes: ['Ingress', 'Egress']});
  const others = ['default-deny', 'all-to-dns', 'outside-to-gateway', 'prometheus-to-metrics', 'from-migrations'];
  const wanted = [...others, ...edges.keys(), ...PROGRAMS.map((program) => `from-${program}`)].sort();
  assert.deepEqual([...policies.keys()].sort(), wanted);
  for (const [name, {from, to, port}] of edges) {
    assert.deepEqual(policies.get(name), {
      podSelector: {matchLabels: {[NAME]: to}}, policyTypes: ['Ingress'],
      ingress: [{from: [{podSelector: {matchLabels: {[NAME]: from}}}], ports: [{protocol: 'TCP', port}]}]});
  }
  for (const program of PROGRAMS) {
    const own = [...edges.values()].filter(({from}) => from === podName(program)).map(({to, port}) => `${to}:${port}`).sort();
    const {podSelector, policyTypes, egress} = policies.get(`from-${program}`);
    assert.deepEqual([podSelector.matchLabels[NAME], policyTypes], [podName(program), ['Egress']]);
    const named = egress.filter(({to}) => to).map(({to, ports}) => `${to[0].podSelector.matchLabels[NAME]}:${ports[0].port}`).sort();
    assert.deepEqual(named, own);
    assert.deepEqual(egress.filter(({to}) => !to).map(({ports}) => ports[0].port), [program === 'gateway' ? 443 : 5432]);
  }
});

test('a migration knows its own schema and nothing else', () => {
  for (const service of SERVICES) {
    const job = base.find('Job', `${service}-migrate`);
    assert.deepEqual(containerOf(job).command, [`/usr/local/bin/${service}-svc`, 'migrate']);
    assert.deepEqual(job.spec.template.spec.volumes.map(({secret}) => secret.secretName), [`${service}-database-owner`]);
    const mounted = deployment(service).spec.template.spec.volumes.map(({secret}) => secret && secret.secretName);
    assert.ok(!mounted.includes(`${service}-database-owner`), 'what serves does not own');
  }
});

test('the local overlay is the base with one of each and development settings', () => {
  const local = render('overlays/local');
  const plain = (object) => JSON.parse(JSON.stringify(object).replace(/common-[a-z0-9]{10}/g, 'common'));
  for (const object of base.objects) {
    const name = object.metadata.name.replace(/^common-.*/, 'common');
    const other = local.objects.find(({kind, metadata}) => kind === object.kind && metadata.name.replace(/^common-.*/, 'common') === name);
    assert.ok(other, name);
    if (object.kind === 'Deployment') {
      assert.equal(other.spec.replicas, 1);
      other.spec.replicas = object.spec.replicas;
    }
    if (name === 'common') {
      assert.equal(other.data.LAUREL_COMMON_ENVIRONMENT, 'development');
      continue;
    }
    assert.deepEqual(plain(other), plain(object));
  }
  assert.equal(local.objects.length, base.objects.length);
});

test('Prometheus looks where the pods are, and calls them by the same names as on one machine', () => {
  const [cluster] = readYaml('k8s/prometheus/prometheus.yml').scrape_configs;
  const found = cluster.dns_sd_configs.map(({names, port}) => {
    const [, service, namespace] = names[0].match(/^([^.]+)\.([^.]+)\.svc$/);
    assert.equal(namespace, base.ofKind('Namespace')[0].metadata.name);
    assert.equal(base.find('Service', service).spec.ports[0].port, port);
    return names[0].match(cluster.relabel_configs[0].regex)[1];
  });
  assert.deepEqual(found, PROGRAMS);
  const [local] = readYaml('k8s/prometheus/local.yml').scrape_configs;
  assert.equal(local.job_name, cluster.job_name);
  assert.deepEqual(local.static_configs.map(({labels, targets}) => [labels.program, portOf(targets[0])]),
      PROGRAMS.map((program) => [program, portOf(environment(program)[`LAUREL_${program.toUpperCase()}_METRICS_LISTEN`])]));
});

test('every alert says what to do, and every page and setting is in the operations manual', () => {
  const manual = fs.readFileSync(path.join(ROOT, 'docs/operations.md'), 'utf8');
  for (const {alert, labels, annotations} of readYaml('k8s/prometheus/alerts.yml').groups[0].rules) {
    assert.ok(['page', 'ticket'].includes(labels.severity) && annotations.summary);
    assert.ok(manual.includes(`| ${alert} |`), `docs/operations.md does not explain ${alert}`);
  }
  for (const program of PROGRAMS) {
    for (const name of Object.keys(environment(program))) {
      const short = name.replace(`LAUREL_${program.toUpperCase()}_`, '').replace('LAUREL_COMMON_', '');
      assert.ok(manual.includes(short), `docs/operations.md does not explain ${name}`);
    }
  }
});
