import '../shared/tokens.css';
import '../shared/base.css';
import '../shared/login-form.css';
import 'uplot/dist/uPlot.min.css';
import './page.css';
import './lists.css';
import './dialogue.css';
import './numbers.css';

import { startPage } from './page.js';

startPage(document.body);
