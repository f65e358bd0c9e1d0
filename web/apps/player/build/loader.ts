/**
 * `script-player.js`: the one script of a page. It holds the shell, so that something is seen as soon as it is here, and
 * lets the browser fetch at once what the first form needs.
 */

import type { Plugin, Rolldown } from "vite";

const LATER = ["/src/player.ts", "/form/show.ts"];
/** A classic script of another origin may import absolute addresses alone. */
const BEGIN =
  `const d=document,s=d.currentScript||d.querySelector('script[src$="/script-player.js"]'),h=s?s.src:d.baseURI,u=n=>new URL(n,h).href;`;
/** What Vite puts around imports to load style sheets before them; the player has none of these. It lands in the shell. */
const WRAPPER = /import\s*\{\s*\w+ as (\w+)\s*\}\s*from\s*["'`]\.\.\/script-player\.js["'`];?/;
const EXPORT = /export\s*\{\s*\w+ as \w+\s*\};?/;

export function loader(): Plugin {
  return {
    name: "script-player-loader",
    enforce: "pre",
    load: (id) => (id.endsWith("vite/preload-helper.js") ? "export const __vitePreload = (load) => load();" : null),
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((output) => output.type === "chunk");
      const shell = chunks.find((chunk) => chunk.isEntry);
      if (!shell || shell.imports.length || shell.exports.length > 1) {
        throw new Error("the shell has to stand alone, but shares code with another chunk");
      }
      const fetched = `for(const n of ${JSON.stringify(early(chunks, shell))}){const l=d.createElement("link");l.rel="modulepreload";l.href=u(n);d.head.append(l)}`;
      const code = shell.code.replace(EXPORT, "").replaceAll("import.meta.url", "$home").replace(/\bimport\((?=["'`])/g, "$import(");
      // The shell's names are its own: it is made as a module, and a page may have names of all kinds.
      shell.code = `(()=>{"use strict";${BEGIN}${fetched}(($home,$import)=>{\n${code.trim()}\n})(h,n=>import(u(n)))})();\n`;
      for (const chunk of chunks) chunk.code = chunk.code.replace(WRAPPER, "const $1=load=>load();");
      if (chunks.some(({ code }) => code.includes("/script-player.js\"") && code !== shell.code)) {
        throw new Error("a chunk imports the page's script");
      }
    },
  };
}

/** What the first form needs, as it stands beside the script. */
function early(chunks: readonly Rolldown.OutputChunk[], shell: Rolldown.OutputChunk): string[] {
  const needed = LATER.flatMap((module) => chunks.filter((chunk) => chunk.facadeModuleId?.endsWith(module)));
  if (needed.length !== LATER.length) throw new Error("a chunk of the player is missing");
  return [...new Set(needed.flatMap(({ fileName, imports }) => [fileName, ...imports]))].filter((name) => name !== shell.fileName);
}
