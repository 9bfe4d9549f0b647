// Checked by the type check of `npm test`: each @ts-expect-error is a program that must not compile.
import { allOf, anyOf, atPath, derive, init, nn, not, type Policy, parameter, rule, type Tensor, visit } from 'initree';

rule(nn.Linear, { weight: init.zeros(), bias: init.zeros() });
rule(nn.Linear, { bias: init.keep });
rule(nn.BatchNorm2d, { weight: init.ones() });
// @ts-expect-error a misspelt parameter
rule(nn.Linear, { wieght: init.zeros() });
// @ts-expect-error a method is not a parameter
rule(nn.Linear, { forward: init.zeros() });
// @ts-expect-error a buffer is not a parameter
rule(nn.BatchNorm2d, { runningMean: init.zeros() });
// @ts-expect-error an initialiser that was not called
rule(nn.Linear, { weight: init.zeros });
// @ts-expect-error a number is not an initialiser
rule(nn.Linear, { weight: 0 });
// @ts-expect-error a class without parameters
rule(nn.ReLU, { weight: init.zeros() });
// @ts-expect-error not a class of modules
rule(Date, {});

class Head extends nn.Linear {
  scale = new nn.Parameter(init.ones().fill({} as Tensor));
  override forward(x: Tensor): Tensor {
    return super.forward(x).mul(this.scale);
  }
}
rule(Head, { scale: init.ones(), weight: init.zeros() });

rule(nn.LSTM, { weight_ih_l0: init.xavierUniform(), weight_hh_l1_reverse: init.orthogonal(), weight_hr_l0: init.keep });
rule(nn.GRU, { bias_ih_l0: init.zeros() });
rule(nn.LSTMCell, { bias_ih: init.lstmForgetBias(), bias_hh: init.zeros() });
// @ts-expect-error a misspelt direction
rule(nn.LSTM, { weight_ih_l0_backward: init.zeros() });
// @ts-expect-error only an LSTM projects its hidden states
rule(nn.GRU, { weight_hr_l0: init.zeros() });
// @ts-expect-error a setting is not a parameter
rule(nn.LSTM, { bias: init.zeros() });

rule(atPath('layer*'), { anything: init.zeros() });
rule((module, path) => module.training && path === '', { anything: init.zeros() });
rule(allOf(nn.Linear, atPath('head.*')), { weight: init.zeros() });
// @ts-expect-error a combination with a class knows the class's parameters
rule(allOf(nn.Linear, atPath('head.*')), { wieght: init.zeros() });
rule(anyOf(nn.Linear, nn.Conv2d), { weight: init.zeros(), bias: init.zeros() });
// @ts-expect-error RMS normalisation has no bias
rule(anyOf(nn.Linear, nn.RMSNorm), { bias: init.zeros() });
rule(not(nn.Linear), { anything: init.zeros() });
rule(nn.Conv2d, { weight: derive(nn.Conv2d, (conv) => init.normal(0, 1 / conv.outChannels)) });
// @ts-expect-error a convolution has no features
rule(nn.Conv2d, { weight: derive(nn.Conv2d, (conv) => init.normal(0, 1 / conv.outFeatures)) });
// @ts-expect-error a path pattern is no class
rule('layer*', { weight: init.zeros() });
parameter('*.c_proj.weight', init.normal(0, 0.02));
// @ts-expect-error an initialiser that was not called
parameter('*.c_proj.weight', init.zeros);

declare const model: nn.Module;
visit(model, nn.Conv2d, (m) => m.kernelSize);
visit(model, nn.Linear, (m, path) => `${path}: ${m.inFeatures}`);
// @ts-expect-error Linear has no kernel
visit(model, nn.Linear, (m) => m.kernelSize);

// @ts-expect-error a policy is not an array
const policy: Policy = [];
void policy;

// @ts-expect-error a tensor is not a parameter
new nn.Linear(1, 1).weight = {} as Tensor;

// @ts-expect-error a hook knows the output of its module's forward
new nn.ReLU().registerForwardHook((_module, _args, output) => output.notThere);

// @ts-expect-error modes are named
init.kaimingNormal({ mode: 'fan_inn' });
