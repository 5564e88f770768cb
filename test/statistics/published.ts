/** Published data sets, and what R prints for them. */

/**
 * Extra hours of sleep with two drugs, ten patients. Student, "The Probable Error of a Mean", Biometrika 6, 1908;
 * R's `sleep`. The results in the tests are those of R's `t.test`.
 */
export const SLEEP = {
  first: [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0],
  second: [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
};

/** Permeability constants of the chorioamnion. Hollander and Wolfe 1973, p. 69; example of R's `wilcox.test`. */
export const PERMEABILITY = {
  term: [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46],
  early: [1.15, 0.88, 0.9, 0.74, 1.21],
};

/** Ozone in New York in May and August 1973. Chambers et al. 1983; R's `airquality`, example of `wilcox.test`. */
export const OZONE = {
  may: [41, 36, 12, 18, 28, 23, 19, 8, 7, 16, 11, 14, 18, 14, 34, 6, 30, 11, 1, 11, 4, 32, 23, 45, 115, 37],
  august: [
    39, 9, 16, 78, 35, 66, 122, 89, 110, 44, 28, 65, 22, 59, 23, 31, 44, 21, 9, 45, 168, 73, 76, 118, 84, 85,
  ],
};
