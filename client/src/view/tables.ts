/** Tables, as text to be copied. Who shows one fetches what writes it, so that a press of a button need not wait. */
import type * as workshopModule from "../tables";

let workshop: typeof workshopModule | null = null;
let loading: Promise<void> | null = null;

export function warmTables(): void {
  loading ??= import("../tables").then(
    (loaded) => {
      workshop = loaded;
    },
    () => {
      loading = null;
    },
  );
}

export function textOf(rows: workshopModule.Rows | HTMLTableElement, form: string): string | null {
  if (workshop === null) return null;
  const read = rows instanceof HTMLTableElement ? workshop.rowsOf(rows) : rows;
  return workshop.written(read, form as workshopModule.Form);
}
