/**
 * What is fetched when it is first wanted: what few people need, nobody waits for.
 *
 * Once it is there, it is shown like anything else, in the same moment. Another one is one line.
 */
import type { Component } from "svelte";

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- Each has properties of its own.
type Loaded<Props extends Record<string, any>> = { default: Component<Props> };

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- As above.
export class Later<Props extends Record<string, any>> {
  component = $state.raw<Component<Props> | null>(null);
  failed = $state(false);
  #loading = false;

  constructor(readonly from: () => Promise<Loaded<Props>>) {}

  load(): void {
    if (this.#loading || this.component !== null) return;
    this.#loading = true;
    this.failed = false;
    void this.from()
      .then(
        (loaded) => (this.component = loaded.default),
        () => (this.failed = true),
      )
      .finally(() => (this.#loading = false));
  }
}

export const attachments = new Later(() => import("./Attachments.svelte"));
export const deleteDialog = new Later(() => import("./sidebar/DeleteDialog.svelte"));
export const editor = new Later(() => import("./Editor.svelte"));
export const errorBlock = new Later(() => import("./ErrorBlock.svelte"));
export const menu = new Later(() => import("./Menu.svelte"));
export const exportMenu = new Later(() => import("./ExportMenu.svelte"));
export const rowMenu = new Later(() => import("./sidebar/RowMenu.svelte"));
export const searchDialog = new Later(() => import("./sidebar/SearchDialog.svelte"));
export const sentFiles = new Later(() => import("./SentFiles.svelte"));
export const toolBody = new Later(() => import("./ToolBody.svelte"));
