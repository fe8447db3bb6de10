import '../shared/tokens.css';
import '../shared/base.css';
import '../shared/login-form.css';
import 'uplot/dist/uPlot.min.css';
import './page.css';
import './facts.css';
import './data-table.css';
import './chart.css';

import { startPage } from './page.js';

startPage(document.body);
