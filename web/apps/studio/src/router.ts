/** Pages, in the address's fragment: the server has one page alone. */

import { createRouter, createWebHashHistory } from "vue-router";

import ScriptList from "./views/ScriptList.vue";

export const PARTS = ["diagram", "forms", "releases"] as const;
export type Part = (typeof PARTS)[number];

export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: "/", name: "scripts", component: ScriptList },
    {
      path: `/scripts/:script/:part(${PARTS.join("|")})?`,
      name: "script",
      component: () => import("./views/ScriptPage.vue"),
      props: ({ params, query }) => ({
        script: params["script"],
        part: params["part"] || "diagram",
        file: typeof query["file"] === "string" ? query["file"] : null,
      }),
    },
    { path: "/:rest(.*)*", redirect: "/" },
  ],
});
