/** What a piece of text is, so that a terminal can colour it. */
export type Role = 'measured' | 'predicted' | 'error' | 'warning' | 'note' | 'healthy' | 'quiet' | 'strong';

/** Colours a piece of text. It must not change the width of the text. */
export type Colour = (text: string, role: Role) => string;

/** The colours of a text without colours. */
export const plain: Colour = (text) => text;
