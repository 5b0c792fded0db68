/**
 * The workshop that copies tables: reads one from the page, and writes it in the forms that others
 * read. It imports nothing of ours, and is fetched with the first table.
 *
 * What is copied is what is shown, to the character. A cell that begins with `=` stays one: nothing of
 * ours runs it, people ask for tables of formulas, and a sign put before it would be a lie to every
 * other reader of the text. Whoever pastes it into a spreadsheet has seen it.
 */
import { copySelection } from "./selection";

export { type Form, type Rows, written } from "./forms";
export { rowsOf } from "./reading";

// Before anybody else who changes what is copied: they know less of cells.
document.addEventListener("copy", copySelection, { capture: true });
