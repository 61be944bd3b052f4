import type { Sentence } from '@bruecke/model';

/** Pure data about a channel: all that the interface may know of it. */
export interface ChannelManifest {
  readonly id: string;
  readonly direction: 'out' | 'in';
  readonly name: Sentence;
  /** The name DATEV gives the service; texts for customers must use it (G-37). */
  readonly officialName: string;
  readonly description: Sentence;
  /** What must be in place at DATEV before it can work. */
  readonly needs: readonly Sentence[];
  /** Where the customer orders and activates the service (G-37); null for one that is there already. */
  readonly orderUrl: string | null;
  /** Null for a channel that brings in. */
  readonly limits: ChannelLimits | null;
}

/** Limits that hold for forwarding only; storing has its own. Sizes in bytes, lengths in characters. */
export interface ChannelLimits {
  readonly fileBytes: number;
  /** Above this the person is told, nothing is refused. */
  readonly adviceBytes: number;
  readonly fileNameLength: number;
  readonly noteLength: number;
  readonly documentTypeLength: number;
  readonly mediaTypes: readonly string[];
}
