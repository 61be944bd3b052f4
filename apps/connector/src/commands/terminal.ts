/** The person, or the script, in front of a command. */
export type Terminal = {
  out: (line: string) => void;
  err: (line: string) => void;
  /** Null when nobody is there to answer (a script, an installer). */
  ask: ((question: string) => Promise<string>) | null;
  /** The same without showing what is typed. */
  askSecret: ((question: string) => Promise<string>) | null;
  readFile: (path: string) => Promise<string>;
  readStdin: () => Promise<string>;
};

/** 0: all right; 1: something is to be done; 2: called wrongly. */
export type ExitCode = 0 | 1 | 2;
