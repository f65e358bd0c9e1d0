/** What the page says about this player: attributes and properties of its element. */

export interface Settings {
  /** Where the facade is; where the player was loaded from if the page says nothing. */
  api: string;
  /** Tells apart people who share a computer. */
  operator: string;
  team: string | null;
  channel: string;
  script: string | null;
  session: string | null;
  customer: string | null;
  externalId: string | null;
  locale: string;
  theme: "auto" | "light" | "dark";
  variables: Readonly<Record<string, unknown>>;
}
