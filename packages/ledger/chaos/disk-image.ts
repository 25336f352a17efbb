import { execFileSync } from 'node:child_process'
import { mkdir, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

import { atExit } from './at-exit.ts'
import { run } from './shell.ts'

// A power cut keeps what had reached the disk and nothing else. `kill -9` proves nothing about it: the kernel still
// writes what the dead process left in its memory. So a box's folder is a file system in a file; at the cut that file is
// copied as it is, and the box goes on from the copy, whose journal is replayed when it is mounted.

/** A file system in a file, mounted at a box's folder. */
export interface DiskImage extends AsyncDisposable {
  /**
   * Copies the disk as it is into a new file. What the file system still holds in memory is not in it. Nothing may be
   * writing: the box was stopped in mid-step.
   */
  copyTo(path: string): Promise<void>
  /** Takes the disk away from its folder. */
  unmount(): Promise<void>
}

/** Makes a disk of so many MB in a new file and mounts it at a folder. A file is never used twice: it would show stale pages. */
export async function newDisk(path: string, folder: string, megabytes: number): Promise<DiskImage> {
  await mkdir(dirname(path), { recursive: true })
  await run('truncate', '--size', `${megabytes}M`, path)
  await run('mkfs.ext4', '-q', '-F', path)
  return mountDisk(path, folder)
}

/** Mounts a disk that was copied: its journal is replayed. */
export async function mountDisk(path: string, folder: string): Promise<DiskImage> {
  await mkdir(folder, { recursive: true })
  await run('mount', '-o', 'loop', path, folder)
  let isMounted = true
  const forget = atExit(() => execFileSync('umount', ['--lazy', folder]))
  const unmount = async (): Promise<void> => {
    if (!isMounted) return
    await run('umount', folder)
    isMounted = false
    forget()
  }
  return {
    copyTo: async (copy) => {
      await run('cp', '--sparse=always', path, copy)
    },
    unmount,
    [Symbol.asyncDispose]: async () => {
      await unmount()
      await rm(path, { force: true })
    },
  }
}
