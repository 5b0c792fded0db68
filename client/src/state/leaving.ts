/** Signing out: whoever leaves takes along what this browser keeps of them. */
import { postSignOut } from "../wire/http";
import { storage } from "./storage";

export class Leaving {
  /** The person has signed out, and nothing is written down any more. */
  done = false;

  /** `false` if the server could not be told, and everything is as it was. */
  async signOut(): Promise<boolean> {
    try {
      await postSignOut();
    } catch {
      return false;
    }
    this.done = true;
    storage.forget("draft.");
    location.assign(document.baseURI);
    return true;
  }
}
