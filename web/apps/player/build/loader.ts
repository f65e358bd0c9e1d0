/** `script-player.js`: the one script of a page. It names the shell and lets the browser fetch what the first form needs. */

import type { Plugin } from "vite";

export function loader(): Plugin {
  return {
    name: "script-player-loader",
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((output) => output.type === "chunk");
      const shell = chunks.find((chunk) => chunk.isEntry);
      const lazy = ["/src/player.ts", "/form/show.ts"].map((module) => chunks.find((chunk) => chunk.facadeModuleId?.endsWith(module)));
      if (!shell || lazy.includes(undefined)) throw new Error("a chunk of the player is missing");
      const early = new Set(lazy.flatMap((chunk) => [chunk?.fileName ?? "", ...(chunk?.imports ?? [])]));
      for (const name of [shell.fileName, ...shell.imports]) early.delete(name);
      // A classic script of another origin may import absolute addresses alone.
      const source =
        `{let d=document,s=d.currentScript||d.querySelector('script[src$="/script-player.js"]'),` +
        `u=n=>s?new URL(n,s.src).href:"./"+n,l;if(s)for(let n of ${JSON.stringify([...early])})` +
        `l=d.createElement("link"),l.rel="modulepreload",l.href=u(n),d.head.append(l);` +
        `import(u(${JSON.stringify(shell.fileName)}))}\n`;
      this.emitFile({ type: "asset", fileName: "script-player.js", source });
    },
  };
}
