// The suite as the manifests describe it, on this machine: a database and secrets of its own, the Secrets and
// ConfigMaps as files where the volumes would put them, migrations and programs with the very environment of their
// pods. Only paths, hosts and ports are moved.
'use strict';
const {execFileSync, spawn} = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const {ROOT, PROGRAMS, podName, containerOf, environmentOf, mountedFiles, makeSecrets} = require('./manifests');

const BIN = process.env.LAUREL_BIN_DIR;
const script = (name, ...args) => execFileSync(path.join(ROOT, 'scripts', name), args, {stdio: ['ignore', 'ignore', 'pipe']});

// Below the range that the kernel gives to outgoing connections, so that nobody takes it meanwhile.
async function freePort(taken) {
  for (;;) {
    const port = 10000 + Math.floor(Math.random() * 14000);
    if (taken.has(port)) continue;
    const free = await new Promise((resolve) => {
      const server = net.createServer().once('error', () => resolve(false)).listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (free) {
      taken.add(port);
      return port;
    }
  }
}

class Suite {
  constructor(manifests, folder) {
    Object.assign(this, {manifests, folder, ports: new Map(), children: new Map()});
  }

  async prepare() {
    script('certs.sh', `${this.folder}/dev`);
    script('cluster.sh', 'up', `${this.folder}/postgres`, '--small');
    const [, port] = fs.readFileSync(`${this.folder}/postgres/cluster.conf`, 'utf8').match(/pg_port=(\d+)/);
    this.secrets = makeSecrets(`${this.folder}/dev`, `${this.folder}/postgres/passwords`, '127.0.0.1', port);
    const taken = new Set();
    for (const program of PROGRAMS) {
      for (const {containerPort} of containerOf(this.deployment(program)).ports) this.ports.set(containerPort, await freePort(taken));
    }
    this.prometheusPort = await freePort(taken);
  }

  deployment(program) { return this.manifests.find('Deployment', podName(program)); }
  port(containerPort) { return this.ports.get(containerPort); }

  // host:port of a pod or of any address → the same port's place on this machine.
  movePorts(text) {
    return text.replace(/([a-z0-9.-]+):(\d{4})\b/g, (whole, _, port) => (this.ports.has(Number(port)) ? `127.0.0.1:${this.port(Number(port))}` : whole));
  }

  // What the kubelet gives a container: its environment, and files in a folder of its own for /etc/laurel.
  environment(workload) {
    const home = path.join(this.folder, workload.metadata.name);
    const moved = (text) => text.replaceAll('/etc/laurel/', `${home}/`);
    for (const [mountPath, files] of Object.entries(mountedFiles(this.manifests, workload, this.secrets))) {
      fs.mkdirSync(moved(`${mountPath}/`), {recursive: true});
      for (const [name, text] of Object.entries(files)) fs.writeFileSync(moved(`${mountPath}/${name}`), moved(text));
    }
    const environment = environmentOf(this.manifests, containerOf(workload));
    return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, moved(this.movePorts(value))]));
  }

  start(workload) {
    const {name} = workload.metadata;
    const [binary, command] = containerOf(workload).command;
    const log = fs.openSync(path.join(this.folder, `${name}.log`), 'a');
    const child = spawn(path.join(BIN, path.basename(binary)), [command],
        {env: this.environment(workload), cwd: this.folder, stdio: ['ignore', log, log]});
    child.ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
    this.children.set(name, child);
    return child;
  }

  logOf(name) { return fs.readFileSync(path.join(this.folder, `${name}.log`), 'utf8').slice(-3000); }

  // Whatever the test did not end itself.
  async clear() {
    for (const child of this.children.values()) {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await child.ended;
    }
    script('cluster.sh', 'purge', `${this.folder}/postgres`);
    fs.rmSync(this.folder, {recursive: true, force: true});
  }
}

module.exports = {Suite, BIN};
