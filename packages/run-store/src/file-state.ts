/**
 * What tells one state of a file from every other without reading it. Size, time of modification and inode can all be set
 * by whoever rewrites a file (`touch -r`, `rsync --inplace -t`, images with fixed times); the time of change (ctime) is the
 * kernel's alone. Not seen: a write through a mapping that was open, and written to, before the file was hashed.
 */
import { stat, statfs } from 'node:fs/promises';

export interface FileState {
  /** Equal where the file is the same, and different after every change of it. */
  readonly stamp: string;
  /**
   * Whether the file was last changed so long ago that its next change gets another time. A change within one tick of a
   * file system's clock keeps the time; the coarsest clock of those that are trusted ticks once a second.
   */
  readonly isSettled: boolean;
}

/** Undefined where the file system keeps no time of change that can be trusted: then only the contents tell. */
export type ReadFileState = (file: string) => Promise<FileState | undefined>;

const settledMilliseconds = 2000;

/** Of Linux's file systems (`f_type`, statfs(2)) those whose time of change comes from this machine's kernel. */
const trustedTypes: ReadonlySet<number> = new Set([
  0xef_53, // ext2, ext3, ext4
  0x58_46_53_42, // XFS
  0x91_23_68_3e, // Btrfs
  0x2f_c1_2f_c1, // ZFS
  0xf2_f5_20_10, // F2FS
  0xca_45_1a_4e, // bcachefs
  0x01_02_19_94, // tmpfs
  0x79_4c_76_30, // overlayfs
]);

export const fileState: ReadFileState = async (file) => {
  const { size, ino, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
  if (!keepsTimeOfChange({ mtimeNs, ctimeNs }) || !(await isTrusted(file))) return undefined;
  const age = BigInt(Date.now()) * 1_000_000n - ctimeNs;
  return { stamp: `${size} ${mtimeNs} ${ctimeNs} ${ino}`, isSettled: age >= BigInt(settledMilliseconds) * 1_000_000n };
};

/**
 * A file system without a time of change gives none, or repeats that of modification. FAT counts the latter in steps of
 * 2 s, exFAT of 10 ms, SFTP and read-only images of 1 s; with a finer clock equal times only mean that nobody has set one.
 */
export function keepsTimeOfChange({ mtimeNs, ctimeNs }: Readonly<Record<'mtimeNs' | 'ctimeNs', bigint>>): boolean {
  return ctimeNs > 0n && !(ctimeNs === mtimeNs && ctimeNs % 10_000_000n === 0n);
}

/** Elsewhere the numbers of `statfs` name no file system that could be told apart; there the times alone decide. */
async function isTrusted(file: string): Promise<boolean> {
  return process.platform !== 'linux' || trustedTypes.has((await statfs(file)).type);
}
