/** Serves these pages on this machine, with React out of node_modules; no dependency. */

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname } from "node:path";

const PORT = Number(process.env.PORT ?? 8050);
const FACADE = process.env.SCRIPT_MANAGER_URL ?? "http://127.0.0.1:8000";
const KEY = process.env.SCRIPT_MANAGER_KEY ?? "";
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css" };
const POLICY = `default-src 'none'; script-src 'self' ${FACADE}; style-src 'self'; connect-src 'self' ${FACADE}; img-src 'self' data:`;

async function answer(request) {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  if (pathname === "/token" && request.method === "POST") return [200, "application/json", JSON.stringify({ token: KEY })];
  const name = pathname === "/" ? "/plain.html" : pathname;
  if (!/^\/(dist\/)?[a-z]+\.(html|js|css)$/.test(name)) return [404, "text/plain", "not here"];
  const content = await readFile(new URL(`.${name}`, import.meta.url), "utf8");
  return [200, TYPES[extname(name)], content.replaceAll("$script_manager", FACADE)];
}

createServer((request, response) => {
  answer(request).then(
    ([status, type, body]) => response.writeHead(status, { "Content-Type": type, "Content-Security-Policy": POLICY }).end(body),
    () => response.writeHead(404).end(),
  );
}).listen(PORT, "127.0.0.1", () => process.stdout.write(`http://127.0.0.1:${String(PORT)}\n`));
