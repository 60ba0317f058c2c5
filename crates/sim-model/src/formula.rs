//! Formulas over inputs and constants.
