'use strict';
// Renders /openapi.json. Text goes in by textContent only, so that nothing in the document can
// become markup.

const element = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  for (const child of children) node.append(child);
  return node;
};

const prose = (text) => {
  const node = element('p', {class: 'prose'});
  text.split('`').forEach((part, i) => node.append(i % 2 ? element('code', {}, part) : part));
  return node;
};

class Page {
  constructor(api) {
    this.api = api;
  }

  resolve(thing) {
    if (!thing || !thing.$ref) return thing;
    return thing.$ref.slice(2).split('/').reduce((at, key) => at[key], this.api);
  }

  nameOf(schema) {
    if (schema.$ref) return schema.$ref.split('/').pop();
    if (schema.type === 'array') return `list of ${this.nameOf(schema.items)}`;
    if (schema.type === 'object' && schema.additionalProperties && !schema.properties) {
      return `map to ${this.nameOf(schema.additionalProperties)}`;
    }
    return schema.format ? `${schema.type} (${schema.format})` : schema.type || 'any';
  }

  // What else must hold, in words.
  limits(schema) {
    const out = [];
    if (schema.minimum !== undefined) out.push(`at least ${schema.minimum}`);
    if (schema.maximum !== undefined) out.push(`at most ${schema.maximum}`);
    if (schema.maxLength !== undefined) out.push(`up to ${schema.maxLength} characters`);
    if (schema.maxItems !== undefined) out.push(`up to ${schema.maxItems} items`);
    if (schema.pattern && !schema.format) out.push(`matches ${schema.pattern}`);
    return out.join(', ');
  }

  // The object behind a schema, through lists and maps; undefined: a plain value.
  objectOf(schema) {
    const inner = schema.items || (schema.properties ? null : schema.additionalProperties) || schema;
    const resolved = this.resolve(inner);
    return resolved && (resolved.properties || resolved.enum) ? resolved : undefined;
  }

  row(name, schema, required, description, above) {
    const what = element('td', {}, prose(description || schema.description || ''));
    const limits = this.limits(schema);
    if (limits) what.append(element('span', {class: 'type'}, limits));
    const inner = this.objectOf(schema);
    if (inner && !above.includes(inner)) {
      const details = element('details', {}, element('summary', {}, this.nameOf(schema)));
      details.addEventListener('toggle', () => details.append(this.schema(inner, [...above, inner])),
        {once: true});
      what.append(details);
    }
    const label = element('td', {}, element('code', {}, name));
    if (required) label.append(' ', element('span', {class: 'must'}, 'required'));
    return element('tr', {}, label, element('td', {class: 'type'}, this.nameOf(schema)), what);
  }

  table(rows) {
    const head = element('tr', {}, ...['Name', 'Type', ''].map((t) => element('th', {}, t)));
    return element('table', {}, head, ...rows);
  }

  schema(schema, above) {
    if (schema.enum) return prose(schema.description || schema.enum.join(', '));
    const required = schema.required || [];
    return this.table(Object.entries(schema.properties || {}).map(
      ([name, part]) => this.row(name, part, required.includes(name), part.description, above)));
  }

  content(title, holder, into) {
    const body = holder && Object.values(holder.content || {})[0];
    if (!body) return;
    into.append(element('h4', {}, title));
    const schema = this.resolve(body.schema);
    const object = this.objectOf(body.schema) || schema;
    into.append(element('p', {class: 'type'}, this.nameOf(body.schema)));
    if (object.properties) into.append(this.schema(object, [object]));
  }

  operation(path, method, operation) {
    const article = element('article', {id: operation.operationId});
    article.append(element('h3', {}, operation.summary),
      element('div', {class: 'way'}, element('b', {}, method.toUpperCase()), element('code', {}, path)),
      prose(operation.description));
    const parameters = (operation.parameters || []).map((p) => this.resolve(p));
    if (parameters.length) {
      article.append(element('h4', {}, 'Parameters'), this.table(parameters.map(
        (p) => this.row(`${p.name} (${p.in})`, p.schema, p.required, p.description, []))));
    }
    this.content('Body', operation.requestBody, article);
    this.content('Answer', operation.responses['200'], article);
    const errors = Object.entries(operation.responses).filter(([status]) => status >= '400');
    const list = element('details', {}, element('summary', {}, 'Errors'));
    for (const [status, response] of errors) {
      list.append(element('div', {}, element('code', {}, status), ` ${this.resolve(response).description}`));
    }
    article.append(list);
    return article;
  }

  render(nav, main) {
    const {info, paths, tags} = this.api;
    main.append(element('h1', {}, `${info.title} ${info.version}`), prose(info.description),
      element('p', {}, element('a', {href: '/openapi.json'}, 'openapi.json')));
    for (const tag of tags) {
      const section = element('section', {}, element('h2', {}, tag.name), prose(tag.description));
      const links = element('div', {}, element('h2', {}, tag.name));
      for (const [path, item] of Object.entries(paths)) {
        for (const [method, operation] of Object.entries(item)) {
          if (!operation.tags.includes(tag.name)) continue;
          section.append(this.operation(path, method, operation));
          links.append(element('a', {href: `#${operation.operationId}`}, operation.operationId));
        }
      }
      nav.append(links);
      main.append(section);
    }
  }
}

const filter = (nav, text) => {
  for (const link of nav.querySelectorAll('a')) {
    link.hidden = !link.textContent.toLowerCase().includes(text.toLowerCase());
  }
};

fetch('/openapi.json').then((answer) => answer.json()).then((api) => {
  const nav = document.getElementById('nav');
  new Page(api).render(nav, document.getElementById('main'));
  document.getElementById('filter').addEventListener('input', (e) => filter(nav, e.target.value));
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
});
