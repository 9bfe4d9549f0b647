import { CharLSTM } from '../../examples/zoo/charLstm.js';
import { describeNetwork } from './describeNetwork.js';

describeNetwork('RNNModel(65)', () => new CharLSTM(65));
describeNetwork('RNNModel(65, tie_weights=True)', () => new CharLSTM(65, { tieWeights: true }));
