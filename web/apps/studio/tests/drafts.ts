/** An API of drafts that keeps one script in memory, as the server does. */

import { type AuthoringApi, Problem } from "@script-manager/client";

export function serverWith(files: Record<string, string>, by = "key:author") {
  const kept = new Map(Object.entries(files));
  const server = { version: 1, by, kept, written: [] as string[], fails: null as unknown };
  const outline = () => ({
    script: "payment",
    version: server.version,
    based_on: null,
    changed_at: "2026-01-01T10:00:00Z",
    changed_by: server.by,
    files: [...kept].map(([name, content]) => ({ name, size: content.length, digest: content, changed_at: "", changed_by: "" })),
  });
  const change = (version: number, what: () => void) => {
    if (server.fails) return Promise.reject(server.fails as Error);
    if (version !== server.version) return Promise.reject(new Problem("draft-changed", 412, "changed"));
    what();
    server.version += 1;
    return Promise.resolve(outline());
  };
  const api = {
    draft: () => Promise.resolve(outline()),
    readFile: (_: string, name: string) => Promise.resolve(kept.get(name) ?? ""),
    writeFile: (_: string, name: string, content: string, version: number) =>
      change(version, () => {
        kept.set(name, content);
        server.written.push(name);
      }),
    deleteFile: (_: string, name: string, version: number) => change(version, () => kept.delete(name)),
    check: () => Promise.resolve({ version: server.version, findings: [] }),
  };
  return { server, api: api as unknown as AuthoringApi };
}
