import { saveMembers } from './entries.js';
import { saveHooks } from './hooks.js';
import { ModuleNode } from './ModuleNode.js';
import { saveProperties } from './saveProperties.js';

/**
 * Saves what an object holds: the members, properties and hooks of a module, the elements of an array, a map, a set or a typed array,
 * and the properties of other objects. It saves no elements of tensors.
 * @returns a function that puts it back
 */
export function saveHeld(object: object): () => void {
  if (object instanceof ModuleNode) {
    const [putMembersBack, putHooksBack] = [saveMembers(object), saveHooks(object)];
    return () => {
      putMembersBack();
      putHooksBack();
    };
  }
  if (Array.isArray(object)) return saveArray(object);
  if (ArrayBuffer.isView(object)) return saveBytes(object);
  const putPropertiesBack = saveProperties(object);
  const putElementsBack = object instanceof Map ? saveMap(object) : object instanceof Set ? saveSet(object) : null;
  return () => {
    putPropertiesBack();
    putElementsBack?.();
  };
}

function saveArray(array: unknown[]): () => void {
  const copy = array.slice();
  return () => {
    array.length = 0;
    // Unlike a loop over the elements, this keeps holes.
    Object.assign(array, copy);
    array.length = copy.length;
  };
}

function saveBytes({ buffer, byteOffset, byteLength }: ArrayBufferView): () => void {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  const copy = bytes.slice();
  return () => {
    // The memory may have been given to another thread.
    if (bytes.length === copy.length) bytes.set(copy);
  };
}

function saveMap(map: Map<unknown, unknown>): () => void {
  const copy = [...map];
  return () => {
    map.clear();
    for (const [key, value] of copy) map.set(key, value);
  };
}

function saveSet(set: Set<unknown>): () => void {
  const copy = [...set];
  return () => {
    set.clear();
    for (const value of copy) set.add(value);
  };
}
