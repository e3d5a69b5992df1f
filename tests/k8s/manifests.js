// What the tests of k8s/ share: the rendered manifests as objects, and ways to look into them.
'use strict';
const {execFileSync} = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const yaml = require('../tools/node_modules/js-yaml');

const ROOT = path.resolve(__dirname, '../..');
const SERVICES = ['members', 'rewards', 'referrals', 'gamification'];
const PROGRAMS = [...SERVICES, 'gateway'];

// Debian's kubectl where it is, else the one on the PATH.
function render(folder) {
  const text = execFileSync('kubectl', ['kustomize', path.join(ROOT, 'k8s', folder)], {encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']});
  const objects = yaml.loadAll(text).filter((object) => object);
  const find = (kind, name) => objects.find((object) => object.kind === kind && object.metadata.name === name);
  return {objects, find, ofKind: (kind) => objects.filter((object) => object.kind === kind)};
}

const podName = (program) => (program === 'gateway' ? 'gateway' : `${program}-svc`);

// The container of a Deployment or Job; there is one.
function containerOf(workload) {
  const {containers, initContainers} = workload.spec.template.spec;
  if (containers.length !== 1 || initContainers) throw new Error(`${workload.metadata.name}: not one container`);
  return containers[0];
}

// The whole environment of a container, ConfigMaps first, as the kubelet would put it together.
function environmentOf(manifests, container) {
  const environment = {};
  for (const {configMapRef} of container.envFrom || []) {
    Object.assign(environment, manifests.find('ConfigMap', configMapRef.name).data);
  }
  for (const {name, value} of container.env || []) environment[name] = value;
  return environment;
}

// mountPath → {key: text}: the files that volumes put there. `secrets` are by name, with their data as text.
function mountedFiles(manifests, workload, secrets) {
  const {volumes} = workload.spec.template.spec;
  const files = {};
  for (const mount of containerOf(workload).volumeMounts) {
    const volume = volumes.find(({name}) => name === mount.name);
    if (!volume) throw new Error(`${workload.metadata.name} mounts ${mount.name}, which is no volume`);
    const data = volume.secret ? secrets[volume.secret.secretName] : manifests.find('ConfigMap', volume.configMap.name).data;
    if (!data) throw new Error(`${workload.metadata.name}: nothing makes ${JSON.stringify(volume)}`);
    files[mount.mountPath] = data;
  }
  return files;
}

// The Secrets of k8s/secrets.sh, name → {key: text}.
function makeSecrets(...args) {
  const list = JSON.parse(execFileSync(path.join(ROOT, 'k8s/secrets.sh'), args, {encoding: 'utf8'}));
  return Object.fromEntries(list.items.map(({metadata, data}) => [
    metadata.name, Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]))]));
}

module.exports = {ROOT, SERVICES, PROGRAMS, render, podName, containerOf, environmentOf, mountedFiles, makeSecrets,
  readYaml: (file) => yaml.load(fs.readFileSync(path.join(ROOT, file), 'utf8'))};
