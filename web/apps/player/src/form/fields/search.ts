/** Choices of a field: its own, a variable's, an expression's, or what a function finds for a query. */

import { type Form, getOptionsSource, OPTIONS_SOURCES, useExpressionEvaluation } from "@bpmn-io/form-js-viewer";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";

import type { FormSources } from "../shown";
import type { Component } from "../schema";
import { useService } from "./frame";

export interface Choice {
  readonly label: string;
  readonly value: unknown;
}

export interface Search {
  readonly choices: readonly Choice[];
  readonly state: "found" | "searching" | "failed";
}

const PAUSE = 200;

/** The choices that the form itself has. */
export function useChoices(field: Component): readonly Choice[] {
  const form = useService<Form>("form");
  const evaluated: unknown = useExpressionEvaluation(field.valuesExpression ?? "");
  const { initialData } = form._getState();
  return useMemo(() => {
    const source = getOptionsSource(field) as unknown;
    const given: unknown =
      source === OPTIONS_SOURCES.INPUT ? initialData?.[field.valuesKey ?? ""] : source === OPTIONS_SOURCES.EXPRESSION ? evaluated : field.values;
    return Array.isArray(given) ? given.flatMap(choiceOf) : [];
  }, [field, initialData, evaluated]);
}

/** An option may be a bare value, or a value with or without a label. */
export function choiceOf(option: unknown): Choice[] {
  if (typeof option === "object" && option !== null && "value" in option) {
    const { label, value } = option as { label?: unknown; value: unknown };
    return [{ label: typeof label === "string" && label ? label : String(value), value }];
  }
  return ["string", "number", "boolean"].includes(typeof option) ? [{ label: String(option), value: option }] : [];
}

/** What the field's function finds for a text; null where the field names none. */
export function useSearch(field: Component, query: string): Search | null {
  const options = useService<FormSources["options"]>("searchOptions");
  const [search, setSearch] = useState<Search>({ choices: [], state: "searching" });
  const isFirst = useRef(true);
  const isSearched = Boolean(field.properties?.["optionsFunction"]);
  useEffect(() => {
    if (!isSearched) return;
    const stop = new AbortController();
    setSearch((before) => ({ ...before, state: "searching" }));
    const timer = setTimeout(
      () => {
        options(field.key ?? "", query, stop.signal).then(
          (choices) => {
            setSearch({ choices, state: "found" });
          },
          () => {
            if (!stop.signal.aborted) setSearch({ choices: [], state: "failed" });
          },
        );
      },
      isFirst.current ? 0 : PAUSE,
    );
    isFirst.current = false;
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [isSearched, field, query, options]);
  return isSearched ? search : null;
}
