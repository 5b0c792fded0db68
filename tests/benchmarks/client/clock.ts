/**
 * How long the page's scripts were at work for what is measured.
 *
 * A library works when it is called, and later, from frames, timers, observers and messages. Every such
 * way in is timed, for all alike. Load this before any of them: React keeps what it finds at its loading.
 */
let spent = 0;
let depth = 0;

type Work = (this: unknown, ...given: never[]) => unknown;

/** Milliseconds so far. Layout that a script forces counts: it waits for it. */
export const ownTime = (): number => spent;

export function timed<W extends Work>(work: W): W {
  return function (this: unknown, ...given: never[]) {
    const began = performance.now();
    depth++;
    try {
      return work.apply(this, given);
    } finally {
      if (--depth === 0) spent += performance.now() - began;
    }
  } as W;
}

/** The clocks of the stage itself, which are not measured. */
export const stage = {
  frame: window.requestAnimationFrame.bind(window),
  sizes: window.ResizeObserver,
};

type Scheduler = (work: Work, ...more: unknown[]) => unknown;

function timeFunctions(...names: ("requestAnimationFrame" | "requestIdleCallback" | "setTimeout" | "queueMicrotask")[]): void {
  for (const name of names) {
    const plain = window[name].bind(window) as unknown as Scheduler;
    const timedOne: Scheduler = (work, ...more) => plain(timed(work), ...more);
    Object.assign(window, { [name]: timedOne });
  }
}

function timeObservers(...names: ("MutationObserver" | "ResizeObserver" | "IntersectionObserver")[]): void {
  for (const name of names) {
    const Plain = window[name] as new (work: Work, options?: unknown) => object;
    Object.assign(window, {
      [name]: class extends Plain {
        constructor(work: Work, options?: unknown) {
          super(timed(work), options);
        }
      },
    });
  }
}

function timeMessages(...kinds: ((typeof Worker | typeof MessagePort))[]): void {
  for (const { prototype } of kinds) {
    const listen = prototype.addEventListener as (type: string, work: Work) => void;
    const property = Object.getOwnPropertyDescriptor(prototype, "onmessage");
    Object.defineProperties(prototype, {
      addEventListener: {
        value(type: string, work: Work) {
          listen.call(this, type, timed(work));
        },
      },
      onmessage: {
        ...property,
        set(work: Work | null) {
          property?.set?.call(this, work && timed(work));
        },
      },
    });
  }
}

timeFunctions("requestAnimationFrame", "requestIdleCallback", "setTimeout", "queueMicrotask");
timeObservers("MutationObserver", "ResizeObserver", "IntersectionObserver");
timeMessages(Worker, MessagePort);
