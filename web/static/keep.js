// What the page keeps on this device: small things in localStorage, recordings in IndexedDB; in memory where neither works.

export class Shelf {
  constructor(lasting) {
    this.memory = new Map();
    this.lasting = lasting;
  }

  get(name) {
    try {
      const stored = this.lasting ? localStorage.getItem(`red-steward.${name}`) : null;
      if (stored !== null) return JSON.parse(stored);
    } catch { /* Storage may be switched off. */ }
    return this.memory.get(name) ?? null;
  }

  set(name, value) {
    this.memory.set(name, value);
    try {
      if (this.lasting) localStorage.setItem(`red-steward.${name}`, JSON.stringify(value));
    } catch { /* Storage may be switched off or full. */ }
  }
}

export class Recordings {
  constructor(lasting) {
    this.memory = new Map();
    this.store = lasting ? this.open().catch(() => null) : Promise.resolve(null);
  }

  open() {
    return new Promise((resolve, reject) => {
      const asked = indexedDB.open("red-steward", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("recordings");
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = asked.onblocked = () => reject(asked.error);
    });
  }

  async run(mode, act) {
    const store = await this.store;
    if (!store) return undefined;
    return new Promise((resolve) => {
      try {
        const asked = act(store.transaction("recordings", mode).objectStore("recordings"));
        asked.onsuccess = () => resolve(asked.result);
        asked.onerror = () => resolve(undefined);
      } catch {
        resolve(undefined);
      }
    });
  }

  async put(id, blob) {
    this.memory.set(id, blob);
    await this.run("readwrite", (table) => table.put(blob, id));
  }

  async get(id) {
    return this.memory.get(id) ?? this.run("readonly", (table) => table.get(id));
  }

  async drop(id) {
    this.memory.delete(id);
    await this.run("readwrite", (table) => table.delete(id));
  }
}

export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
