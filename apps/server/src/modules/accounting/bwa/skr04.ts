import type { BwaStructure } from './structure.ts';

/**
 * SKR04. Account classes as the standard chart has them; the assignment to lines follows the one that kivitendo publishes account by account
 * (sql/Germany-DATEV-SKR04EU-chart.sql, column pos_bwa; positions 1–35), made whole to ranges, because it names 370 accounts only. The
 * differences from it are those of skr03.ts: 4700–4729 reduce revenue, Gewerbesteuer 7610 is a tax on income, 5900 Fremdleistungen are
 * materials, 6640–6649 stay with advertising and travel, 6970–6979 are costs and 6980–6989 their counter-entry.
 */
export const skr04: BwaStructure = {
  chart: 'SKR04',
  source: {
    de: 'Kontenrahmen SKR04; Zuordnung nach kivitendo (sql/Germany-DATEV-SKR04EU-chart.sql, pos_bwa), zu Bereichen ergänzt',
    en: 'standard chart SKR04; assigned as kivitendo has it (sql/Germany-DATEV-SKR04EU-chart.sql, pos_bwa), made whole to ranges',
  },
  lines: {
    revenue: [
      [4000, 4499],
      [4580, 4589],
      [4700, 4799],
    ],
    inventoryChange: [[4800, 4819]],
    ownWork: [[4820, 4829]],
    materials: [[5000, 5999]],
    otherOperatingIncome: [
      [4500, 4579],
      [4590, 4699],
      [4835, 4836],
      [4940, 4949],
    ],
    personnel: [
      [6000, 6199],
      [6440, 6449],
    ],
    premises: [[6305, 6349]],
    operatingTaxes: [[7650, 7689]],
    insurance: [[6400, 6439]],
    vehicles: [[6500, 6599]],
    advertisingTravel: [[6600, 6699]],
    distribution: [[6700, 6799]],
    depreciation: [
      [6200, 6249],
      [6260, 6279],
      [6290, 6299],
    ],
    repairs: [[6450, 6497]],
    otherCosts: [
      [6250, 6259],
      [6280, 6289],
      [6300, 6304],
      [6498, 6499],
      [6800, 6879],
      [6930, 6939],
      [6970, 6979],
    ],
    interestExpense: [[7300, 7389]],
    otherNeutralExpense: [
      [6350, 6399],
      [6880, 6929],
      [6940, 6969],
      [7200, 7299],
      [7390, 7399],
      [7500, 7599],
      [7690, 7699],
    ],
    interestIncome: [[7100, 7189]],
    otherNeutralIncome: [
      [4830, 4834],
      [4837, 4939],
      [4950, 4999],
      [7000, 7099],
      [7190, 7199],
      [7400, 7499],
    ],
    imputedCosts: [[6980, 6989]],
    incomeTaxes: [[7600, 7649]],
  },
  // From 7700 on a result is distributed.
  profitAndLoss: [[4000, 7699]],
  cash: [[1600, 1899]],
};
