import type { SliceFault } from '../../checkpoint/joinSlices.js';
import type { SafetensorsFile } from './SafetensorsFile.js';

/** Something that is wrong with the files of a folder. */
export interface FolderProblem {
  /** The file within the folder. */
  readonly file: string;
  readonly kind:
    | 'missing file'
    | 'damaged file'
    | 'link out of the folder'
    | 'missing key'
    | 'extra key'
    | 'other run'
    | 'other checkpoint'
    | 'stale file'
    | 'total size'
    | SliceFault['kind'];
  /** A text for the user. */
  readonly detail: string;
}

/** The tensors of a folder that can be read, and what is wrong with its files. */
export interface JoinedFiles {
  readonly file: SafetensorsFile;
  readonly problems: FolderProblem[];
}

/** A folder that can be read. */
export interface OpenFolder extends JoinedFiles {
  /** The safetensors files of other programs, which are not read. They are no problem beside whole tensors. */
  readonly foreign: readonly string[];
}
