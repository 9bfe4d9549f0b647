import type { Finding } from '../Probe.js';
import type { Evidence } from './Evidence.js';

/** Findings of one kind. It marks in the evidence what its findings explain. */
export type Family = (evidence: Evidence) => readonly Finding[];
