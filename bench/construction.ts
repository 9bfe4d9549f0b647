// How long does it take to build and initialise large networks? INITREE_PYTHON=python npx tsx -C initree-source bench/construction.ts
import { manualSeed } from 'initree';
import { resnet50 } from '../examples/zoo/resnet.js';
import { vitB16 } from '../examples/zoo/vit.js';
import { compare } from './compare.js';
import { startTorch } from './torch.js';

manualSeed(0);
const torch = startTorch();
const inTorchvision = (name: string) => torch?.contender(`models.${name}()`, 'from torchvision import models');
await compare('ResNet-50', { initree: () => resnet50(), torchvision: inTorchvision('resnet50') });
await compare('ViT-B/16', { initree: () => vitB16(), torchvision: inTorchvision('vit_b_16') });
torch?.close();
