// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Reads the TypeScript declarations of Google's SDK: which fields its messages have. Just enough of the language for
// that one file.

import {readFileSync} from 'node:fs';

/** The declarations of one version of the SDK. */
export class Declarations {
  #fields = new Map();  // of an interface or class: [{name, type}]
  #enums = new Map();   // the values of an enum
  #aliases = new Map(); // the text of a type alias

  constructor(file) {
    const text = readFileSync(file, 'utf8').replaceAll('\r', '').replace(/\/\*[\s\S]*?\*\//g, '');
    for (const [, name, body] of text.matchAll(
             /^(?:export )?declare (?:interface|class) (\w+)[^{\n]*\{\n([\s\S]*?)^\}/gm))
      this.#fields.set(name, [...body.matchAll(/^ {4}(\w+)\??: (.+);$/gm)].map(([, name, type]) => ({name, type})));
    for (const [, name, body] of text.matchAll(/^(?:export )?declare enum (\w+) \{\n([\s\S]*?)^\}/gm))
      this.#enums.set(name, [...body.matchAll(/= "(\w+)"/g)].map(([, value]) => value));
    for (const [, name, type] of text.matchAll(/^(?:export )?declare type (\w+) = ([^;]+);/gm))
      this.#aliases.set(name, type);
  }

  /** Interfaces such as Blob are declared as Blob_2. */
  #resolve(type) {
    return this.#fields.has(type) ? type : this.#fields.has(type + '_2') ? type + '_2' : undefined;
  }

  has(name) {
    return this.#fields.has(name);
  }
  fields(name) {
    return this.#fields.get(name) ?? [];
  }

  /**
   * A type as {kind, list}: kind is 'string', 'number', 'boolean', 'any', {enum: [values]} or {message: name}. Of a union
   * the first message, or else the first alternative.
   */
  describe(type) {
    type = type.trim();
    if (type.endsWith('[]')) return {...this.describe(type.slice(0, -2)), list: true};
    if (/^(string|number|boolean)$/.test(type)) return {kind: type, list: false};
    if (/^['"]\w+['"]$/.test(type)) return {kind: {enum: [type.slice(1, -1)]}, list: false};
    if (this.#enums.has(type)) return {kind: {enum: this.#enums.get(type)}, list: false};
    const message = this.#resolve(type);
    if (message) return {kind: {message}, list: false};
    if (this.#aliases.has(type)) return this.describe(this.#aliases.get(type));
    if (type.includes(' | ')) {
      const alternatives = type.split(' | ').map(alternative => this.describe(alternative));
      return alternatives.find(({kind}) => kind.message) ?? alternatives[0];
    }
    return {kind: 'any', list: false};
  }
}
