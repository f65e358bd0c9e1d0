/** What a workplace remembers: JSON in the page's storage, in memory where that is closed or full. */

export interface Keep {
  get<T>(name: string): T | null;
  set(name: string, value: unknown): void;
  remove(name: string): void;
  names(prefix: string): string[];
}

/** Names begin with the contract's version and the operator, so people who share a computer don't meet. */
export function createKeep(operator: string, storage: Storage | null = pageStorage()): Keep {
  const space = `script-player:1:${operator}:`;
  const memory = new Map<string, string>();
  const attempt = <T>(use: (storage: Storage) => T): T | null => {
    try {
      return storage && use(storage);
    } catch {
      return null;
    }
  };
  return {
    get: <T>(name: string) => {
      const text = memory.get(name) ?? attempt((open) => open.getItem(space + name));
      return text ? parse<T>(text) : null;
    },
    set: (name, value) => {
      const text = JSON.stringify(value);
      const isStored = attempt((open) => (open.setItem(space + name, text), true));
      if (isStored) memory.delete(name);
      else memory.set(name, text);
    },
    remove: (name) => {
      memory.delete(name);
      attempt((open) => {
        open.removeItem(space + name);
      });
    },
    names: (prefix) => {
      const stored = attempt((open) => Array.from({ length: open.length }, (_, index) => open.key(index) ?? "")) ?? [];
      const own = stored.filter((name) => name.startsWith(space)).map((name) => name.slice(space.length));
      return [...new Set([...own, ...memory.keys()])].filter((name) => name.startsWith(prefix));
    },
  };
}

function pageStorage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

function parse<T>(text: string): T | null {
  try {
    return JSON.parse(text) as T;
  } catch {
    return null;
  }
}
