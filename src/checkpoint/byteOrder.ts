/** Whether the machine stores the lowest byte of a number first, as the format does. */
export const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
