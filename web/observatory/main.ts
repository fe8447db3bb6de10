import '../shared/tokens.css';
import '../shared/base.css';
import '../shared/login-form.css';
import 'uplot/dist/uPlot.min.css';
import './page.css';
import './lists.css';
import './reading.css';
import './dialogue.css';
import './call.css';
import './numbers.css';
import './dialog.css';

import { startPage } from './page.js';

startPage(document.body);
