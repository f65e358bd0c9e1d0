/** The draft that is being changed: its files, what of them is not saved yet, and what is wrong with it. */

import { type AuthoringApi, type Draft, type Finding, Problem } from "@script-manager/client";
import { computed, reactive, ref, shallowRef } from "vue";

import { keep, readKept } from "./kept";

/** Somebody else has changed the draft since it was read. */
export interface Conflict {
  readonly version: number;
  readonly by: string;
  readonly at: string;
  /** Files that both have changed. */
  readonly files: readonly string[];
}

export type OpenDraft = ReturnType<typeof openDraft>;

export function openDraft(api: AuthoringApi, script: string) {
  const draft = shallowRef<Draft | null>(null);
  const contents = new Map<string, string>();
  const unsaved = reactive(new Map<string, string>());
  const sources = new Map<string, () => Promise<void>>();
  const restored = ref<string | null>(null);
  const conflict = shallowRef<Conflict | null>(null);
  const isSaving = ref(false);
  const error = shallowRef<unknown>(null);
  const findings = shallowRef<{ readonly version: number; readonly found: readonly Finding[] } | null>(null);
  const isChecking = ref(false);
  /** Changes when all files have to be opened anew. */
  const generation = ref(0);

  async function load(): Promise<void> {
    const read = await api.draft(script);
    contents.clear();
    unsaved.clear();
    conflict.value = null;
    restored.value = null;
    draft.value = read;
    const kept = readKept(script);
    if (kept) {
      for (const [name, content] of Object.entries(kept.files)) unsaved.set(name, content);
      restored.value = kept.at;
      if (kept.version !== read.version) conflict.value = clashing(read, kept.version);
    }
    reopen();
  }

  function reopen(): void {
    generation.value += 1;
  }

  async function read(name: string): Promise<string> {
    const now = unsaved.get(name) ?? contents.get(name);
    if (now !== undefined) return now;
    const content = await api.readFile(script, name);
    contents.set(name, content);
    return content;
  }

  function change(name: string, content: string): void {
    if (contents.get(name) === content) unsaved.delete(name);
    else unsaved.set(name, content);
    store();
  }

  function store(): void {
    const version = conflict.value ? seen : (draft.value?.version ?? 0);
    keep(script, { version, at: new Date().toISOString(), files: Object.fromEntries(unsaved) });
  }

  let seen = 0;

  function clashing(now: Draft, mine: number): Conflict {
    seen = mine;
    const files = [...unsaved.keys()].filter((name) => {
      const was = draft.value?.files.find((file) => file.name === name)?.digest;
      return now !== draft.value && was !== now.files.find((file) => file.name === name)?.digest;
    });
    return { version: now.version, by: now.changed_by, at: now.changed_at, files };
  }

  /** Editors hand in what is typed in them; it is asked for before it is saved. */
  function register(name: string, flush: () => Promise<void>): () => void {
    sources.set(name, flush);
    return () => {
      if (sources.get(name) === flush) sources.delete(name);
    };
  }

  async function flush(): Promise<void> {
    await Promise.all([...sources.values()].map((source) => source()));
  }

  /** Whether everything is saved now. */
  async function save(): Promise<boolean> {
    if (isSaving.value || !draft.value) return false;
    isSaving.value = true;
    error.value = null;
    try {
      await flush();
      const changes = [...unsaved];
      for (const [name, content] of changes) await write(name, content);
      restored.value = null;
      if (changes.length) void check();
      return unsaved.size === 0;
    } catch (failure) {
      await told(failure);
      return false;
    } finally {
      store();
      isSaving.value = false;
    }
  }

  async function write(name: string, content: string): Promise<void> {
    draft.value = await api.writeFile(script, name, content, draft.value?.version ?? 0);
    contents.set(name, content);
    // What was typed while it was on its way is saved next.
    if (unsaved.get(name) === content) unsaved.delete(name);
  }

  async function remove(name: string): Promise<boolean> {
    error.value = null;
    try {
      const isStored = draft.value?.files.some((file) => file.name === name);
      if (isStored) draft.value = await api.deleteFile(script, name, draft.value?.version ?? 0);
      contents.delete(name);
      unsaved.delete(name);
      store();
      if (isStored) void check();
      return true;
    } catch (failure) {
      await told(failure);
      return false;
    }
  }

  async function told(failure: unknown): Promise<void> {
    if (failure instanceof Problem && failure.kind === "draft-changed") {
      const now = await api.draft(script).catch(() => null);
      if (now) {
        conflict.value = clashing(now, draft.value?.version ?? 0);
        return;
      }
    }
    error.value = failure;
  }

  /** What others have written is opened, and what was not saved is gone. */
  async function takeTheirs(): Promise<void> {
    await flush();
    keep(script, { version: 0, at: "", files: {} });
    await load();
    void check();
  }

  async function keepMine(): Promise<void> {
    draft.value = await api.draft(script);
    conflict.value = null;
    await save();
  }

  async function check(): Promise<void> {
    isChecking.value = true;
    try {
      const { version, findings: found } = await api.check(script);
      findings.value = { version, found };
    } catch (failure) {
      error.value = failure;
    } finally {
      isChecking.value = false;
    }
  }

  const names = computed(() => {
    const all = new Set([...(draft.value?.files ?? []).map(({ name }) => name), ...unsaved.keys()]);
    return [...all].sort();
  });

  return {
    script,
    draft,
    unsaved,
    restored,
    conflict,
    isSaving,
    error,
    findings,
    isChecking,
    generation,
    names,
    diagram: computed(() => names.value.find((name) => name.endsWith(".bpmn")) ?? null),
    forms: computed(() => names.value.filter((name) => name.endsWith(".form"))),
    load,
    reopen,
    read,
    change,
    register,
    flush,
    save,
    remove,
    takeTheirs,
    keepMine,
    check,
  };
}
