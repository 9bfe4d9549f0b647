import { dcganDiscriminator, dcganGenerator } from '../../examples/zoo/dcgan.js';
import { describeNetwork } from './describeNetwork.js';

describeNetwork('dcgan_generator()', dcganGenerator);
describeNetwork('dcgan_discriminator()', dcganDiscriminator);
