/** An editable combobox with a list. Source: WAI-ARIA Authoring Practices, "Editable Combobox With List Autocomplete". */

import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { described, type FieldProps, useVoice } from "./frame";
import type { Choice, Search } from "./search";

/** As many as are put on the screen at once. */
const SHOWN = 100;

interface ComboboxProps {
  readonly props: FieldProps<never>;
  /** What the input shows. */
  readonly text: string;
  readonly search: Search;
  /** Whether what was typed may stay without being in the list. */
  readonly isFree?: boolean;
  onText(text: string): void;
  /** Null clears. */
  onChoose(choice: Choice | null): void;
}

export function Combobox({ props, text, search, isFree = false, onText, onChoose }: ComboboxProps): VNode {
  const { domId, disabled, readonly, onBlur, onFocus } = props;
  const voice = useVoice();
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const list = useRef<HTMLUListElement>(null);
  const shown = search.choices.slice(0, SHOWN);
  const listId = `${domId}-list`;
  const optionId = (index: number) => `${domId}-option-${String(index)}`;

  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: "nearest" });
  }, [active]);
  useEffect(() => {
    setActive(-1);
  }, [search.choices]);

  const open = () => {
    if (!disabled && !readonly) setOpen(true);
  };
  const close = () => {
    setOpen(false);
    setActive(-1);
  };
  const choose = (choice: Choice | undefined) => {
    if (choice) onChoose(choice);
    close();
  };
  const move = (step: number) => {
    open();
    setActive((before) => (shown.length ? (before + step + shown.length + (before < 0 && step < 0 ? 1 : 0)) % shown.length : -1));
  };
  const keys: Readonly<Record<string, () => boolean>> = {
    ArrowDown: () => (move(1), true),
    ArrowUp: () => (move(-1), true),
    Enter: () => {
      if (!isOpen || active < 0) return false;
      choose(shown[active]);
      return true;
    },
    Escape: () => {
      if (!isOpen && (isFree || !text)) return false;
      if (isOpen) close();
      else onChoose(null);
      return true;
    },
    Tab: () => {
      if (isOpen && active >= 0) choose(shown[active]);
      return false;
    },
  };

  return (
    <div class="combobox">
      <div class="box">
        <input
          id={domId}
          type="text"
          role="combobox"
          autocomplete="off"
          aria-autocomplete="list"
          aria-expanded={isOpen}
          aria-controls={listId}
          aria-activedescendant={active >= 0 ? optionId(active) : undefined}
          {...described(props)}
          placeholder={readonly || disabled ? undefined : voice.say("select_find")}
          value={text}
          disabled={disabled}
          readOnly={readonly}
          onFocus={onFocus}
          onClick={open}
          onInput={(event) => {
            open();
            onText(event.currentTarget.value);
          }}
          onKeyDown={(event) => {
            if (event.altKey || event.ctrlKey || event.metaKey || !keys[event.key]?.()) return;
            event.preventDefault();
            event.stopPropagation();
          }}
          onBlur={() => {
            close();
            onBlur();
          }}
        />
        <span class="chevron" aria-hidden="true" />
      </div>
      {isOpen && (
        <div
          class="popup"
          onMouseDown={(event) => {
            event.preventDefault();
          }}
        >
          <ul id={listId} role="listbox" aria-labelledby={`${domId}-label`} ref={list}>
            {shown.map((choice, index) => (
              <li
                key={optionId(index)}
                id={optionId(index)}
                role="option"
                aria-selected={index === active}
                class={index === active ? "is-active" : ""}
                onClick={() => {
                  choose(choice);
                }}
              >
                {choice.label}
              </li>
            ))}
          </ul>
          <Telling search={search} />
        </div>
      )}
    </div>
  );
}

/** How the search goes, also for who can't see the list. */
function Telling({ search: { state, choices } }: { readonly search: Search }): VNode {
  const voice = useVoice();
  const told =
    state === "searching"
      ? voice.say("select_loading")
      : state === "failed"
        ? voice.say("select_failed")
        : choices.length
          ? voice.say("select_count", { count: choices.length })
          : voice.say("select_none");
  return (
    <div class="telling" role="status">
      {told}
    </div>
  );
}
