package tfexplain

// SmoothGrad averages the attributions of another method over noisy copies of
// the input (Smilkov et al. 2017, arXiv:1706.03825). Its cost is Samples+1 rows.
type SmoothGrad struct {
	// Method is what is averaged: a method that takes one row for each sample.
	// Nil: Gradient.
	Method Method
	// Samples is the number of noisy copies. 0: 50 (the paper sees little change
	// beyond).
	Samples int
	// Noise is the standard deviation of the Gaussian noise, as a share of the
	// range max - min of each input of a row. 0: 0.15 (the paper finds 10 to 20 %
	// good).
	Noise float64
	// Seed chooses the noise. The same seed gives the same result for a
	// row at the same place in the call, whatever BatchSize is and whatever else
	// runs.
	Seed uint64
}

// Name implements Method.
func (SmoothGrad) Name() string { return "smoothgrad" }

func (m SmoothGrad) validate() error { return m.noise().validate() }

func (m SmoothGrad) plan() plan { return m.noise().plan() }

func (m SmoothGrad) noise() noisePlan {
	return noisePlan{of: m.Method, samples: m.Samples, noise: m.Noise, seed: m.Seed}.withDefaults()
}

// VarGrad is the variance of the attributions of another method over noisy
// copies of the input (Adebayo et al. 2018, arXiv:1810.03307). Its fields are
// those of SmoothGrad.
type VarGrad struct {
	Method  Method
	Samples int
	Noise   float64
	Seed    uint64
}

// Name implements Method.
func (VarGrad) Name() string { return "vargrad" }

func (m VarGrad) validate() error { return m.noise().validate() }

func (m VarGrad) plan() plan { return m.noise().plan() }

func (m VarGrad) noise() noisePlan {
	return noisePlan{of: m.Method, samples: m.Samples, noise: m.Noise, seed: m.Seed, variance: true}.withDefaults()
}
