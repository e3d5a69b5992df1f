// A real Prometheus over the running suite, and questions to it.
'use strict';
const assert = require('node:assert');
const {spawn} = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const {ROOT} = require('./manifests');

// Starts one with k8s/prometheus/local.yml, its ports moved by `movePorts`, scraping each second.
function startPrometheus(folder, port, movePorts) {
  const config = movePorts(fs.readFileSync(path.join(ROOT, 'k8s/prometheus/local.yml'), 'utf8'))
      .replace(/_interval: \d+s/g, '_interval: 1s')
      .replace('- alerts.yml', `- ${ROOT}/k8s/prometheus/alerts.yml`);
  fs.writeFileSync(path.join(folder, 'prometheus.yml'), config);
  const log = fs.openSync(path.join(folder, 'prometheus.log'), 'a');
  const child = spawn('prometheus', [`--config.file=${folder}/prometheus.yml`, `--storage.tsdb.path=${folder}/tsdb`,
    `--web.listen-address=127.0.0.1:${port}`], {stdio: ['ignore', log, log]});
  const ask = async (api, parameters = {}) => {
    const answer = await (await fetch(`http://127.0.0.1:${port}/api/v1/${api}?${new URLSearchParams(parameters)}`)).json();
    assert.equal(answer.status, 'success', `${JSON.stringify(parameters)}: ${answer.error}`);
    return answer.data;
  };
  // The samples of an instant query that are numbers.
  const query = async (expression) => (await ask('query', {query: expression})).result
      .filter(({value}) => value[1] !== 'NaN').map(({metric, value}) => ({metric, value: Number(value[1])}));
  return {child, ask, query};
}

// [title, expression as Grafana would send it] of each query of the dashboard.
function dashboardQueries() {
  const {panels, templating} = JSON.parse(fs.readFileSync(path.join(ROOT, 'k8s/grafana/laurel.json'), 'utf8'));
  const program = templating.list.find(({name}) => name === 'program');
  const queries = [];
  for (const {title, type, targets} of panels) {
    if (type === 'row') continue;
    for (const {refId, expr} of targets) {
      const expression = expr.replaceAll('$program', program.allValue).replaceAll('$__rate_interval', '15s');
      assert.ok(!expression.includes('$'), expression);
      queries.push([`${title} ${refId}`, expression]);
    }
  }
  const [, selector, label] = program.query.match(/^label_values\((.*), (\w+)\)$/);
  queries.push(['variable program', `count by (${label}) (${selector})`]);
  return queries;
}

// The metrics that a rule's expression selects, each as a question whether there are any.
function selectorsOf(expression) {
  const names = [...expression.matchAll(/__name__=~"([^"]+)"/g)].map(([, pattern]) => `count({__name__=~"${pattern}"})`);
  const plain = [...expression.replace(/__name__=~"[^"]+"/g, '').matchAll(/\blaurel_\w+/g)].map(([name]) => `count(${name})`);
  return [...names, ...plain];
}

module.exports = {startPrometheus, dashboardQueries, selectorsOf};
