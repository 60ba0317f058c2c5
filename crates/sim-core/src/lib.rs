//! Generators that can start anywhere: any state or draw is computed without
//! those before it, and slices are filled with vector instructions.
//!
//! - [`Lcg31`] is a 31-bit linear congruential generator that advances any
//!   number of steps in logarithmic time.
//! - [`Draws`] are uniform numbers from 0 to 1 for simulations, addressed by
//!   name, sample and period. [`Philox4x32`] is the generator behind them.
//!
//! # The linear congruential generator
//!
//! One step of [`Lcg31`] is `x → 1103515245·x + 12345 (mod 2^31)`, the
//! recurrence behind the example `rand` of the C standard. That `rand` returns
//! 15 bits of its state; this generator returns the state itself.
//!
//! It suits work that must reproduce this very sequence, on any machine, from
//! a seed or from the middle: compatibility with other programs that use it,
//! test data, teaching. The state is four bytes, the period is 2^31, and
//! it uses no allocation and no floating point; all but filling and
//! iterating is `const fn`.
//!
//! ```
//! use sim_core::Lcg31;
//!
//! let mut generator = Lcg31::new(42);
//! assert_eq!(generator.step(), 1_250_496_027);
//!
//! generator.advance(999);
//! assert_eq!(generator.state(), 1_363_713_826);
//! ```
//!
//! # Filling slices
//!
//! [`Lcg31::fill`] and [`Lcg31::fill_strided`] write many states at once. A
//! power of the step is again an affine map, so 64 states side by side can leap
//! over each other, 64 steps at a time, and the compiler does that with vector
//! instructions. Short slices cost no more than a step for each element.
//!
//! How fast depends on whether the vectors can be multiplied. Plain x86-64
//! cannot, and fills about twice as fast as a loop of steps. With the feature
//! `runtime-dispatch` the same code is compiled for SSE4.1, AVX2 and AVX-512
//! too, and the best that the processor has is chosen at the first call: with
//! AVX2, in the caches about as fast as writing zeros.
//!
//! # Crate features
//!
//! - **`runtime-dispatch`**, off by default: as just said. It needs `std`, which
//!   knows the processor, and the crate [`multiversion`], whose macro makes the
//!   choice and the unsafe call that follows from it. Values are the same with
//!   and without it.
//!
//! [`multiversion`]: https://docs.rs/multiversion
//!
//! # What the linear congruential generator is not for
//!
//! - **Cryptography**, or anything where somebody gains by guessing: one state
//!   reveals all others, before it and after it.
//! - **Low bits.** Bit `k`, counted from 0 at the low end, repeats every
//!   2^(k+1) steps. The lowest bit merely alternates, so `state % 2` is not a
//!   coin and `state % 6` is not a die. Take high bits instead.
//! - **Independent streams.** All seeds lie on one cycle: two streams are the
//!   same sequence, some distance apart.
//! - **Demanding simulations.** Points made of successive states fall on few
//!   parallel planes, and 2^31 values are soon used up.
//!
//! # Value stability
//!
//! The states of [`Lcg31`] that follow a seed and the numbers of [`Draws`] are
//! part of the public interface. A release that changes one value is a breaking change, and the changelog marks
//! it "value stability".

#![no_std]
#![forbid(unsafe_code)]
#![doc(test(attr(deny(warnings))))]

#[cfg(feature = "runtime-dispatch")]
extern crate std;

mod affine;
mod lcg;
mod leapfrog;
mod philox;

pub use lcg::Lcg31;
pub use philox::{Draws, Philox4x32};
